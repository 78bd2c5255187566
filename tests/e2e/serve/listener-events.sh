#!/usr/bin/env bash
# The journal says which ports are listened on, and which are not for they are taken.
. "$(dirname "$0")/../lib.sh"
need python3
start taken python3 -uc 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1]); time.sleep(1000)'
wait_for 10 test -s taken.log
port=$(<taken.log)
echo "http 127.0.0.1:$port;" >flu.conf
start_ready supervisor flu-supervisor --config flu.conf
is_told() { flu-ctl events --last 1000 --event "$1" | grep -q "port=$port"; }
wait_for 30 is_told listener_failure
expect_match 'in use' "$(flu-ctl events --last 1000 --event listener_failure)"
kill_wait taken
wait_for 60 is_told listener_start
# A reload that changes nothing of it tells nothing.
expect_exit 0 flu-ctl reload
expect_eq 1 "$(flu-ctl events --last 1000 --event listener_start | grep -c .)"
