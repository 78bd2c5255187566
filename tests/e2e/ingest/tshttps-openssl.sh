#!/usr/bin/env bash
# tshttps:// over flu-tls: an authority of our own, certificates that are not to be accepted, a redirect to http; the
# helper goes with its flu-ingest, and no other program carries OpenSSL.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq /usr/bin/python3
# shellcheck source=tests/e2e/tls/certificates.bash
. "$e2e_dir/tls/certificates.bash"

make_media clip.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
start server /usr/bin/python3 "$e2e_dir/ingest/ts_server.py" clip.ts good.pem good.key
wait_for 20 test -s server.log
port=$(<server.log)
last_counters() { grep '"type":"counters"' "$1" | tail -n 1; }
got() { [[ $(last_counters "$1.log" | jq .frames) -ge $2 ]]; }

start live bash -c 'exec flu-ingest --status "$@" 2>&1 >/dev/null' - "tshttps://localhost:$port/live.ts" tls_ca=ca.pem
ingest=$(pid_of live)
helper() { pgrep -P "$ingest" -x flu-tls; }
wait_for 20 got live 200
child=$(helper)
wait_for 25 got live 425
expect_eq 0 "$(last_counters live.log | jq '.ts.continuity_errors + .late_frames + .ts.skipped_bytes')" errors
grep -q 'libssl' "/proc/$ingest/maps" && fail 'flu-ingest carries OpenSSL'
wait_for 10 helper  # it ended with the body, and was started again with the source
child=$(helper)
kill -KILL "$ingest"
gone() { ! kill -0 "$child"; }
wait_for 5 gone

says() {  # REGEX WORDS…
    local regex=$1
    shift
    expect_exit 3 flu-ingest --retry-limit 1 "$@"
    expect_match "$regex" "$(cat err)" "$*"
}
says "tshttps://localhost:$port/live.ts: tls localhost:$port: its certificate is not accepted" \
    "tshttps://localhost:$port/live.ts"
says "'HTTP/1.1 404 Not Found'" "tshttps://localhost:$port/none" tls_ca=ca.pem
says 'from https to http' "tshttps://localhost:$port/insecure" tls_ca=ca.pem
says 'connection refused' "tshttps://localhost:$(free_port)/" tls_ca=ca.pem
says 'no-such-file' "tshttps://localhost:$port/" tls_ca=no-such-file.pem
# http where https is spoken.
says 'before the start|closed|reset' "tshttp://127.0.0.1:$port/live.ts"
