#!/usr/bin/env bash
# tstcp://: from socat by IPv4, IPv6 and name; a peer that ends, one that refuses, one that sends something else.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq socat

make_media clip.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
last_counters() { grep '"type":"counters"' "$1" | tail -n 1; }
got() { [[ $(last_counters "$1.log" | jq .frames) -ge $2 ]]; }
play() {  # NAME FRAMES WORDS…
    local name=$1 frames=$2
    shift 2
    start "$name" bash -c 'exec flu-ingest --status "$@" 2>&1 >/dev/null' - "$@"
    wait_for 25 got "$name" "$frames"
    kill_wait "$name"
    expect_eq 0 "$status" "$name: exit code"
    expect_eq 0 "$(last_counters "$name.log" | jq ".ts.continuity_errors + .late_frames + .ts.skipped_bytes")" "$name: errors"
}

port=$(free_port)
start server socat "TCP6-LISTEN:$port,ipv6only=0,fork,reuseaddr" OPEN:clip.ts,rdonly
play address 425 "tstcp://127.0.0.1:$port"
grep 'discontinuity: ' address.log | grep -v 'the source was started' && fail 'a burst is no discontinuity'
play six 425 "tstcp://[::1]:$port/"
play name 425 "tstcp://localhost:$port"
kill_wait server

says() {  # REGEX WORDS…
    local regex=$1
    shift
    expect_exit 3 flu-ingest --retry-limit 1 "$@"
    expect_match "$regex" "$(cat err)" "$*"
}
says "tstcp://127.0.0.1:$port: connect 127.0.0.1:$port: connection refused" "tstcp://127.0.0.1:$port"
start server socat "TCP4-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "SYSTEM:printf %2000s x"
wait_for 10 socat -u /dev/null "TCP4:127.0.0.1:$port"
says '2000 bytes, which are not MPEG-TS' "tstcp://127.0.0.1:$port"
kill_wait server
start server socat "TCP4-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" OPEN:clip.ts,rdonly
wait_for 10 socat -u /dev/null "TCP4:127.0.0.1:$port"
says 'no frames of program 9 in [0-9]+ packets' "tstcp://127.0.0.1:$port" program=9
expect_exit 2 flu-ingest tstcp://127.0.0.1
expect_match 'expected HOST:PORT' "$(cat err)"
expect_exit 2 flu-ingest tstcp://::1:80
expect_match 'in brackets' "$(cat err)"

# A peer that falls silent: the source is lost after source_timeout, and tried again.
start silent socat "TCP4-LISTEN:0,bind=127.0.0.1,fork" "SYSTEM:head -c 300000 clip.ts; sleep 60" 
silent_port() { ss -ltnpH | grep "pid=$(pid_of silent)," | grep -o '127.0.0.1:[0-9]*' | cut -d: -f2; }
wait_for 10 silent_port
start lost bash -c 'exec flu-ingest "$@" 2>&1 >/dev/null' - "tstcp://127.0.0.1:$(silent_port)" source_timeout=1
wait_for 20 grep -q 'no frames for 1 s' lost.log
