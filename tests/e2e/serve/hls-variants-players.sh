#!/usr/bin/env bash
# A program of three pictures and two languages: players play its multivariant playlists.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg
. "$e2e_dir/serve/three_pictures.bash"

check_hls_master "$url/video.m3u8" 5 variants=3 renditions=0 min_segments=4
for name in index.m3u8 video.m3u8 index.fmp4.m3u8; do play_ffmpeg "$url/$name" 2; done
for name in index.m3u8 video.m3u8; do
    play_gstreamer "$url/$name" 2
    play_vlc "$url/$name" 4
done
