#!/usr/bin/env bash
# The access log names the session and its protocol, and goes on in a new file when it was rotated.
. "$(dirname "$0")/../lib.sh"
need curl jq
start_ready auth flu-auth
start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 2 --access-log "$PWD/access.log"
base=http://127.0.0.1:$web_port
plays() { fetch "$base/demo/index.m3u8"; }
wait_for 30 plays
has_session() { [[ $(flu-ctl sessions --json | jq length) == 1 ]]; }
wait_for 10 has_session
plays >/dev/null
session=$(flu-ctl sessions --json | jq -r '.[0].session_id')
written() { grep -qE '"GET /demo/index.m3u8 HTTP/1.1" 200 [0-9]+ "-" "curl/[^"]*" [0-9]+ hls '"$session"'$' access.log; }
wait_for 5 written
fetch "$base/" >/dev/null
wait_for 5 grep -qE '"GET / HTTP/1.1" 200 .* - -$' access.log

mv access.log access.log.1
again() { plays && [[ -s access.log ]]; }
wait_for 10 again

# What no second of rest came for is written at the end.
fetch "$base/?last" >/dev/null
kill_wait web
expect grep -q '"GET /?last ' access.log
