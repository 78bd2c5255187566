#!/usr/bin/env bash
# A protocol that the config switches off for a stream is refused with a reason, the others and other streams are not,
# and a reload changes it under the running server.
. "$(dirname "$0")/../lib.sh"
need curl

port=$(free_port)
configure() {
    cat >flu.conf <<END
http 127.0.0.1:$port;
stream mine { url fake://fake; segment_duration 1; $1 }
stream other { url fake://fake; segment_duration 1; }
END
}
base=http://127.0.0.1:$port
status() { curl -s -m 2 -o body -w '%{http_code}' "$base/$1" || true; }
gives() { [[ $(status "$2") == "$1" ]]; }

configure 'hls off;'
start_ready supervisor flu-supervisor --config flu.conf
wait_for 30 gives 200 other/index.m3u8
expect_eq 403 "$(status mine/index.m3u8)"
expect_match 'HLS is switched off' "$(<body)"
expect_eq 403 "$(status mine/index.fmp4.m3u8)"
segment=$(fetch "$base/other/index.m3u8" | grep -v '^#' | tail -n 1)
expect_eq 403 "$(status "mine/$segment")"

configure 'mpegts off;'
flu-ctl reload >/dev/null
wait_for 10 gives 200 mine/index.m3u8
wait_for 10 gives 403 mine/mpegts  # each worker takes it over for itself
expect_match 'MPEG-TS over HTTP is switched off' "$(<body)"
