#!/usr/bin/env bash
# Fragmented MP4 by HLS in real players: hls.js in Chromium, ffmpeg, VLC; a strict validator follows the playlist.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

hub_options=(--segment-duration 2)
start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/demo
wait_for 30 fetch "$url/index.fmp4.m3u8"
play_browser "$url/index.fmp4.m3u8" 5
play_ffmpeg "$url/index.fmp4.m3u8" 4
play_vlc "$url/index.fmp4.m3u8" 6
check_hls "$url/index.fmp4.m3u8" 12 min_segments=4
check_hls "$url/tracks-a1/index.fmp4.m3u8" 4 min_segments=2
