#!/usr/bin/env bash
# A program of three pictures and two languages: multivariant playlists of MPEG-TS and fragmented MP4 that a strict
# validator accepts, and that players play.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg ffprobe jq
need_web_clients
. "$e2e_dir/serve/three_pictures.bash"

# What each playlist is.
text() { fetch "$url/$1"; }
count() { text "$1" | grep -c "$2" || true; }
expect_eq '3 2' "$(count index.m3u8 STREAM-INF) $(count index.m3u8 TYPE=AUDIO)"
expect_eq '3 2' "$(count playlist.m3u8 STREAM-INF) $(count index.fmp4.m3u8 TYPE=AUDIO)"
expect_eq "$(printf 'video%s.m3u8\n' 1 2 3)" "$(text video.m3u8 | grep -v '^#')" 'video.m3u8'
expect_eq tracks-v1v2v3a1a2 "$(text mono.m3u8 | grep -m1 -o 'tracks-[^/]*')" 'mono.m3u8'
expect_eq tracks-v2a1a2 "$(text video2.m3u8 | grep -m1 -o 'tracks-[^/]*')" 'video2.m3u8'
expect_eq tracks-v3a2 "$(text 'index.m3u8?filter.tracks=v3a2' | grep -m1 -o 'tracks-[^/]*')" 'plain when filtered'
expect_eq '2 0' "$(count 'index.m3u8?filter.tracks=v1v3a2' STREAM-INF) $(count 'index.m3u8?filter.tracks=v1v3a2' MEDIA:)"
expect_eq 400 "$(http_status "$url/index.m3u8?filter.tracks=x")"
expect_eq 404 "$(http_status "$url/index.m3u8?filter.tracks=v9")"
expect_eq 5 "$(count 'index.m3u8?token=a%22b&filter.tracks=v1v2v3a1a2' '?token=a%22b\b')" 'addresses with the token'
expect_eq 0 "$(text 'tracks-v1/mono.m3u8?token=x' | grep -v '^#' | grep -vc '?token=x$' || true)" 'segments without the token'
fetch "$url/tracks-v1/$(text 'tracks-v1/mono.m3u8?token=x' | grep -m1 token)" >segment.ts
expect_eq "$(fetch "$url/tracks-v1/$(text tracks-v1/mono.m3u8 | grep -m1 '\.ts$')" | wc -c)" "$(wc -c <segment.ts)"

# Packed for who takes it.
curl -fsS -D headers --compressed "$url/index.m3u8" >unpacked
expect_match 'Content-Encoding: gzip' "$(<headers)"
expect_eq "$(grep -c . unpacked)" "$(count index.m3u8 .)" 'lines of the packed one'

# All of it as a strict validator sees it.
check_hls_master "$url/index.m3u8?token=x" 6 variants=3 renditions=2 min_segments=4
check_hls_master "$url/index.fmp4.m3u8" 6 variants=3 renditions=2 min_segments=4
# Pictures that begin elsewhere: no promise of key frames, and no variant that nobody could change to.
make_media apart.ts 30 "${three[@]}" -g:v:0 25 -g:v:1 40 -g:v:2 25 "${two[@]}"
start_stream apart --loop "file://$PWD/apart.ts"
url=http://127.0.0.1:$web_port/apart
wait_for 20 fetch "$url/index.m3u8"
several() { (($(count mono.m3u8 EXTINF) > 3)); }
wait_for 20 several
expect_eq 1 "$(count tracks-v1/mono.m3u8 INDEPENDENT)"
expect_eq 0 "$(count tracks-v2/mono.m3u8 INDEPENDENT)"
expect_eq 1 "$(count tracks-v3/mono.m3u8 INDEPENDENT)"
expect_eq 0 "$(count mono.m3u8 INDEPENDENT)"
expect_eq "$(printf 'tracks-v%s/mono.m3u8\n' 1 3)" "$(text index.m3u8 | grep -v '^#')" 'variants'
