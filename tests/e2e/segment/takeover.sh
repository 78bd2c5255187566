#!/usr/bin/env bash
# in.sock: a newer source takes over at its key frame with one discontinuity, the old one is shut down; what no stream
# is costs its own connection alone; the end of a producer leaves the window and the next one goes on.
. "$(dirname "$0")/../lib.sh"
need ffmpeg socat
window() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" "$@"; }
folder=$FLU_RUN_DIR/live/x

make_media in.ts 30 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k
make_media other.ts 30 -s 160x90 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k
send() { exec ffmpeg -nostdin -v error -re -i "$1" -c copy -f mpegts "unix:$folder/in.sock"; }
export -f send
export folder
segments_at_least() { (($(window list "$folder" | wc -l) >= $1)); }
breaks() { window list "$folder" | awk '$3 % 2' | wc -l; }

start_ready hub flu-segment --no-stdin --segment-duration 1 --segments 60 x
start first bash -c 'send in.ts'
wait_for 20 segments_at_least 3
expect_eq 0 "$(breaks)" 'discontinuities of one source'
start second bash -c 'send other.ts'
wait_exit first
before=$(window list "$folder" | wc -l)
wait_for 20 segments_at_least $((before + 3))
expect_eq 1 "$(breaks)" 'discontinuities after a takeover'
expect_eq 2 "$(find "$folder" -name 'init-*.mp4' | wc -l)" 'inits of two sizes'

head -c 200000 /dev/urandom | socat -u - "UNIX-CONNECT:$folder/in.sock" || true
wait_for 10 grep -q 'in.sock: neither a flu stream' hub.log
before=$(window list "$folder" | wc -l)
wait_for 20 segments_at_least $((before + 2))
expect_eq 1 "$(breaks)" 'discontinuities after garbage on another connection'

kill_wait second KILL
wait_for 10 test ! -e "$folder/cur.mp4"
before=$(window list "$folder" | wc -l)
start third bash -c 'send in.ts'
wait_for 20 segments_at_least $((before + 2))
expect_eq 2 "$(breaks)" 'discontinuities after a new start'
expect window check "$folder" >/dev/null
