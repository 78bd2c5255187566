#!/usr/bin/env bash
# Numbers of a playlist never go back: over kill -9 of the hub, over its orderly end that leaves no window, and over a restart
# of the web server.
. "$(dirname "$0")/../lib.sh"
need curl

hub_options=(--segment-duration 1 --segments 5)
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
last_number=0 last_discontinuity=0
look() {  # notes and compares; fails while there is no playlist
    local number discontinuity
    fetch "http://127.0.0.1:$web_port/demo/index.m3u8" >now.m3u8 2>/dev/null || return 1
    number=$(sed -n 's/^#EXT-X-MEDIA-SEQUENCE://p' now.m3u8)
    discontinuity=$(sed -n 's/^#EXT-X-DISCONTINUITY-SEQUENCE://p' now.m3u8)
    ((number >= last_number)) || fail "MEDIA-SEQUENCE went from $last_number to $number"
    ((${discontinuity:-0} >= last_discontinuity)) || fail "DISCONTINUITY-SEQUENCE went from $last_discontinuity to $discontinuity"
    last_number=$number last_discontinuity=${discontinuity:-0}
}
went_on() { look && ((last_number > reached)); }

for end in KILL TERM web KILL TERM; do
    if [[ $end == web ]]; then
        kill_wait web
        start_ready web flu-serve --http 127.0.0.1:0 --workers 1
        look || true
        continue
    fi
    rm -f demo.pipe
    start_stream demo fake://fake
    reached=$last_number
    wait_for 40 went_on
    kill_wait demo.hub "$end"
    kill_wait demo.ingest
    look || true
done
((last_number > 0 && last_discontinuity > 0)) || fail "numbers are $last_number and $last_discontinuity"
