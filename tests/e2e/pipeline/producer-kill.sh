#!/usr/bin/env bash
# kill -9 of a producer, which comes back with the same picture and then with another size: who watches stays connected, to
# MPEG-TS and HLS, and misses no more than a group of pictures beside the time that nobody sent.
. "$(dirname "$0")/../lib.sh"
need ffmpeg curl
window() { /usr/bin/python3 "$e2e_dir/segment/window.py" "$@"; }
folder=$FLU_RUN_DIR/live/demo

make_media in.ts 30
make_media other.ts 30 -s 192x108 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac
port=$(free_port)
start_ready hub flu-segment --no-stdin --segment-duration 1 --segments 60 demo
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start_lying sender in.ts "udp://127.0.0.1:$port" --seconds 60

segments() { window list "$folder"; }
has() { (($(segments | wc -l) >= $1)); }
more() { wait_for 30 has $(($(segments | wc -l) + $1)); }

start first flu-ingest --to demo "udp://127.0.0.1:$port"
wait_for 30 has 2
start viewer curl -sS -o seen.ts "http://127.0.0.1:$web_port/demo/mpegts"
wait_for 20 test -s seen.ts

kill_wait first KILL
start second flu-ingest --to demo "udp://127.0.0.1:$port"
more 2
# By now nobody listens when the source goes on in another size.
kill_wait sender
kill_wait second KILL
start_lying sender other.ts "udp://127.0.0.1:$port" --seconds 60
start third flu-ingest --to demo "udp://127.0.0.1:$port"
more 3
expect is_running viewer
expect is_running hub
expect window check "$folder" >/dev/null

# A group of pictures, which is a second, and what two programs need to start.
gaps=$(segments | awk 'NR > 1 && $4 > end + 3600 {printf "%.1f ", ($4 - end) / 90000} {end = $4 + $5}')
for gap in $gaps; do
    awk -v gap="$gap" 'BEGIN {exit gap > 4}' || fail "$gap s are missing after a producer was killed"
done
expect_eq 2 "$(find "$folder" -name 'init-*.mp4' | wc -l)" 'inits of two sizes'
kill_wait viewer
sizes=$(ffprobe -v error -show_entries frame=width -select_streams v -of csv=p=0 seen.ts 2>/dev/null | grep -o '^[0-9]*' | sort -u | xargs)
expect_eq '192 320' "$sizes" 'widths that one viewer saw'
