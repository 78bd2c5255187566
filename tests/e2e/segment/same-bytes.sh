#!/usr/bin/env bash
# Two hubs behind a third write the same segments, byte for byte, and so does the third.
. "$(dirname "$0")/../lib.sh"
need ffmpeg socat
window() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" "$@"; }
live=$FLU_RUN_DIR/live

make_media in.ts 16 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k
for name in origin one two; do start_ready "$name" flu-segment --no-stdin --segment-duration 2 --segments 30 "$name"; done
for name in one two; do
    start "to-$name" socat -u "UNIX-CONNECT:$live/origin/out.sock" "UNIX-CONNECT:$live/$name/in.sock"
done
ffmpeg -nostdin -v error -re -i in.ts -c copy -f mpegts - | socat -u - "UNIX-CONNECT:$live/origin/in.sock"
enough() { (($(window list "$live/$1" | wc -l) >= 6)); }
for name in origin one two; do
    wait_for 20 enough "$name"
    expect window check "$live/$name" >/dev/null
done
expect_match '^([6-9]|1[0-9])$' "$(window same "$live/one" "$live/two")" 'equal segments of the two'
expect_match '^([6-9]|1[0-9])$' "$(window same "$live/origin" "$live/one")" 'equal segments of origin and copy'
