#!/usr/bin/env bash
# Changed http lines and a new program of flu-serve: added addresses begin to listen, removed ones stop, and on those that
# stay no connection is refused or cut; an address that is taken, or a program that does not start, changes nothing.
. "$(dirname "$0")/../lib.sh"
need curl jq python3

mkdir bin
ln -s "$FLU_BIN"/flu-* bin/
a=$(free_port) b=$(free_port)
write_config() { printf 'http 127.0.0.1:%s;\n' "$@" >flu.conf; echo 'stream demo { url fake://fake; }' >>flu.conf; }
write_config "$a"
start_ready supervisor flu-supervisor --config flu.conf --program-dir "$PWD/bin"
url=http://127.0.0.1:$a/demo/index.m3u8
wait_for 30 fetch "$url"
serve_pid() { jq -r .pid "$FLU_RUN_DIR/units/serve.json"; }
serve=$(serve_pid)
start endless curl -sS -N -o endless.ts "http://127.0.0.1:$a/demo/mpegts"
grows() { local now; now=$(stat -c %s endless.ts); sleep 0.3; (($(stat -c %s endless.ts) > now)); }
wait_for 20 grows
start load python3 "$e2e_dir/clients/short_load.py" "$url" report
has_viewers() { flu-ctl sessions --json | jq -e 'map(select(.type == "hls")) | length > 0'; }
wait_for 10 has_viewers
before=$(flu-ctl sessions --json | jq -r '[.[] | select(.type == "hls") | .session_id] | sort | join(" ")')

# One more address, then that one alone goes again.
write_config "$a" "$b"
expect_exit 0 flu-ctl reload --json
expect_eq '["serve"]' "$(jq -c .upgraded out)"
wait_for 30 fetch "http://127.0.0.1:$b/demo/index.m3u8"
listens() { [[ $(flu-ctl status --json | jq -c '[.listen[].port] | sort') == "$(jq -nc '$ARGS.positional | map(tonumber) | sort' --args "$@")" ]]; }
wait_for 20 listens "$a" "$b"
write_config "$a"
expect_exit 0 flu-ctl reload
wait_for 30 listens "$a"
refused() { ! curl -s -m 2 -o /dev/null "http://127.0.0.1:$b/"; }
wait_for 20 refused

# An address that somebody else has: an error, and all stays as it was.
start taken python3 -uc 'import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1]); time.sleep(1000)'
wait_for 10 test -s taken.log
write_config "$a" "$(<taken.log)"
expect_exit 2 flu-ctl reload
expect_match 'flu.conf:2: http: .*in use' "$(<err)"
expect_match 'refused: 1 error in' "$(<err)"
expect listens "$a"
write_config "$a"
expect_exit 0 flu-ctl reload

# The same config with another program.
expect_exit 0 flu-ctl upgrade
rm bin/flu-serve
printf '#!/bin/sh\necho "broken package" >&2; exit 1\n' >bin/flu-serve
chmod +x bin/flu-serve
expect_exit 3 flu-ctl upgrade
expect_match 'the old one serves on: .*code 1: broken package' "$(<err)"
expect_match upgrade_failed "$(flu-ctl events --last 100)"
ln -sf "$FLU_BIN/flu-serve" bin/flu-serve
expect_exit 0 flu-ctl upgrade
expect_eq "$serve" "$(serve_pid)" 'the process of flu-serve'
kill_wait load
expect_eq 0 "$(jq .failed report)" "failed of $(<report)"
(($(jq .answers report) > 20)) || fail "too few answers: $(<report)"

# Who watches without end stays as long as the new config says.
start patient curl -sS -N -o patient.ts "http://127.0.0.1:$a/demo/mpegts"
wait_for 20 test -s patient.ts
sed -i '1i drain_timeout 1;' flu.conf
expect_exit 0 flu-ctl reload --json
expect_eq '["serve"]' "$(jq -c .upgraded out)" 'drain_timeout'
wait_exit patient
expect_eq 0 "$status" 'what curl says of its end'

# Sessions live on, and a successor of the supervisor takes over what runs now.
after=$(flu-ctl sessions --json | jq -r '[.[] | select(.type == "hls") | .session_id] | sort | join(" ")')
for id in $before; do expect_match "$id" "$after" 'the sessions'; done
kill_wait supervisor KILL
start_ready supervisor flu-supervisor --config flu.conf --program-dir "$PWD/bin"
wait_for 20 listens "$a"
expect_eq "$serve" "$(serve_pid)" 'the process of flu-serve after the supervisor was killed'
