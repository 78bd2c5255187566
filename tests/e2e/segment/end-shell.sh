#!/usr/bin/env bash
# How a hub ends: by hand after its window's length, with status 4 on garbage, 3 when another has the stream, 2 on a
# wrong command line; and that it leaves nothing behind.
. "$(dirname "$0")/../lib.sh"
need ffmpeg
window() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" "$@"; }
folder=$FLU_RUN_DIR/live/a+b

make_media in.ts 6 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac
start hub flu-segment --segment-duration 1 --segments 3 a/b <in.ts
wait_for 20 test -s "$folder/window.idx"
closed() { window list "$folder" | tail -n 1 | grep -q . && ! [[ -e $folder/cur.mp4 ]]; }
wait_for 20 closed
begin=$(date +%s%N)
wait_exit hub
expect_eq 0 "$status" 'after the end of standard input'
(($(date +%s%N) - begin > 1500000000)) || fail 'the window went at once'
[[ ! -e $folder ]] || fail "left behind: $(ls -A "$folder")"

expect_exit 4 flu-segment x < <(head -c 100000 /dev/urandom)
expect_match 'neither a flu stream nor MPEG-TS' "$(cat err)" 'garbage'
expect_exit 0 flu-segment x </dev/null

start_ready first flu-segment --no-stdin a/b
expect_exit 3 flu-segment a/b <in.ts
expect_match "pid $(jq .pid <<<"$first_ready")" "$(cat err)" 'the second hub'
kill_wait first
expect_eq 0 "$status" 'SIGTERM'
start_ready again flu-segment --no-stdin a/b
kill_wait again INT
expect_eq 0 "$status" 'SIGINT'

expect_exit 2 flu-segment ../x
expect_match 'stream name' "$(cat err)" 'a bad name'
expect_exit 2 flu-segment --segment-duration 100 x
expect_match '0.5 to 20 seconds' "$(cat err)" 'a bad duration'
expect_exit 2 flu-segment
