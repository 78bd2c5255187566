#!/usr/bin/env bash
# An on-demand stream runs while it is wanted and clients_timeout longer, and gives up after retry_limit.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END'
ondemand wanted { url udp://127.0.0.1:9001; clients_timeout 1; }
ondemand broken { url udp://127.0.0.1:9002; retry_limit 2; }
stream off { url udp://127.0.0.1:9003; disabled; }
stream static { url udp://127.0.0.1:9004; }
END
tell ingest@broken exit 3
start_server flu.conf
wait_for 20 is_up ingest@static
expect_eq idle "$(unit_state segment@wanted)"
expect_eq 0 "$(starts_of segment@wanted)"

# Held by a connection: it is answered when the hub is ready.
mkfifo hold
python3 - "$FLU_RUN_DIR/control.sock" hold >want.out <<'END' &
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.settimeout(20); s.connect(sys.argv[1])
s.send(json.dumps({"command": "want", "name": "wanted", "for": "play", "tag": 7}).encode())
print(s.recv(65536).decode(), flush=True)
open(sys.argv[2]).read()
END
wait_for 10 grep -q ok want.out
expect_eq '{"name":"wanted","ok":true,"tag":7}' "$(jq -cS . want.out)"
wait_for 10 is_up segment@wanted ingest@wanted
expect_match "--retry-limit 10" "$(<"$FLU_FAKE_DIR/ingest@wanted.started")"
sleep 2  # longer than clients_timeout: the hold keeps it
expect is_up segment@wanted
exec 5>hold 5>&-  # the holder leaves
wait_for 10 is_state segment@wanted idle
wait_for 10 is_state ingest@wanted idle

# A touch is one request of a client.
control '{"command":"touch","name":"wanted"}' >/dev/null
wait_for 10 is_up segment@wanted
wait_for 10 is_state segment@wanted idle

expect_match '"ok":false' "$(control '{"command":"want","name":"nothing"}')"
expect_match 'disabled' "$(control '{"command":"want","name":"off"}')"
expect_match '"ok":true' "$(control '{"command":"want","name":"static"}')"

# The producer of a broken source says exit code 3: closed until it is wanted again.
control '{"command":"touch","name":"broken"}' >/dev/null
wait_for 10 grep -q stream_broken_source "$FLU_RUN_DIR/state/events.jsonl"
wait_for 10 is_state segment@broken idle
expect_eq 1 "$(starts_of ingest@broken)"
