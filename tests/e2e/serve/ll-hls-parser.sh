#!/usr/bin/env bash
# LL-HLS as a strict validator follows it: blocking reloads, hints, deltas, parts that make up their segments.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg node
need_web_clients

make_media clip.ts 12 -c:v libx264 -preset ultrafast -g 50 -bf 2 -pix_fmt yuv420p -c:a aac -f mpegts
hub_options=(--segment-duration 1 --segments 20)
start_stream cam --loop "file://$PWD/clip.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 2
url=http://127.0.0.1:$web_port/cam
wait_for 30 fetch "$url/index.m3u8"
node "$e2e_dir/clients/ll_check.mjs" "$url/index.ll.m3u8" 12 min_parts=20 >seen || fail "$(cat seen)"
cat seen
node "$e2e_dir/clients/ll_check.mjs" "$url/tracks-a1/index.ll.m3u8" 5 >seen || fail "sound alone: $(cat seen)"
