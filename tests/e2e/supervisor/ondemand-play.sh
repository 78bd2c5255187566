#!/usr/bin/env bash
# A player's request starts an on-demand stream and gets its playlist; when nobody asks any more the stream stops
# and leaves nothing behind. A client that stays, stays served.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
port=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
ondemand a/b { url fake://fake; segment_duration 1; clients_timeout 4; }
END
start_ready supervisor flu-supervisor --config flu.conf
state() { flu-ctl stream a/b --json | jq -r .state; }
is_state() { [[ $(state) == "$1" ]]; }
is_served() { [[ $(http_status "http://127.0.0.1:$port/") == 200 ]]; }
wait_for 20 is_served
expect is_state idle
expect_eq 404 "$(http_status "http://127.0.0.1:$port/nothing/index.m3u8")"

expect_match '\.ts' "$(fetch "http://127.0.0.1:$port/a/b/index.m3u8")"
wait_for 4 is_state running
wait_for 20 is_state idle
wait_for 5 test ! -e "$FLU_RUN_DIR/live/a+b"

start viewer curl -sS --max-time 60 -o stream.ts "http://127.0.0.1:$port/a/b/mpegts"
has_bytes() { (($(stat -c %s stream.ts 2>/dev/null || echo 0) > $1)); }
wait_for 30 has_bytes 300000
expect is_running viewer
size=$(stat -c %s stream.ts)
sleep 6  # longer than clients_timeout
expect has_bytes "$size"
wait_for 4 is_state running
kill_wait viewer
wait_for 30 is_state idle
