#!/usr/bin/env bash
# hls.js plays LL-HLS by its parts, and shows what the source gave a moment ago; other players take it for ordinary HLS.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg node chromium
need_web_clients

make_media clip.ts 40 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac -f mpegts
hub_options=(--segment-duration 2 --segments 10)
start_stream cam --loop "file://$PWD/clip.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 2
url=http://127.0.0.1:$web_port/cam/index.ll.m3u8
wait_for 30 fetch "$url"
# Two seconds on a quiet machine; without parts it would be six and more.
TMPDIR=$test_dir node "$e2e_dir/clients/ll_play.mjs" "$url" 8 4 >seen || fail "$(cat seen)"
play_ffmpeg "$url" 4
