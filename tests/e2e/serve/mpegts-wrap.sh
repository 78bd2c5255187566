#!/usr/bin/env bash
# HTTP MPEG-TS when its clock of 33 bits begins anew: PCR and tables come as ever, and no picture is late.
. "$(dirname "$0")/../lib.sh"
need curl ffprobe

# Times are UTC, so the clock of this machine is set to some seconds before.
set_clock "$(python3 -c 'import time; wrap = 2**33 / 90000; print(wrap - time.time() % wrap - 10)')"
mkfifo demo.pipe
start hub bash -c 'shimmed flu-segment demo <demo.pipe'
start ingest bash -c 'shimmed flu-ingest fake://fake >demo.pipe'
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/demo/mpegts
is_there() { [[ $(http_status "$url" -I) == 200 ]]; }
wait_for 15 is_there
start viewer curl -sSN -o viewer.ts "$url"
check() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_check.py" viewer.ts >check; }
is_over() { check; grep -q wraps=1 check; }
wait_for 30 is_over
was=$(stat -c %s viewer.ts)
has_more() { (($(stat -c %s viewer.ts) > was + 200000)); }
wait_for 15 has_more
kill_wait viewer
check || fail "PCR and tables: $(cat check)"
