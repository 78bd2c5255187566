#!/usr/bin/env bash
# The operator's commands around one server, from nothing to nothing.
. "$(dirname "$0")/../lib.sh"
need jq python3
port=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
stream demo { title "Demo"; url fake://fake; segment_duration 2; }
ondemand later { url fake://fake; }
stream off { url fake://fake; disabled; }
END
expect_exit 1 flu-ctl status
expect_match "no server runs in $FLU_RUN_DIR" "$(<err)"
expect_exit 3 flu-ctl streams
expect_exit 3 flu-ctl stop
expect_exit 0 flu-ctl version
expect_match 'does not run' "$(<out)"

# What needs no server.
expect_eq "flu-ingest fake://fake | flu-segment --segment-duration 2 demo" "$(flu-ctl --config flu.conf explain demo)"
expect_exit 1 flu-ctl --config flu.conf explain dmo
expect_match "no stream 'dmo', did you mean 'demo'?" "$(<err)"
expect_match '^segment@demo: flu-segment --segment-duration 2 --no-stdin demo' "$(flu-ctl --config flu.conf plan)"
expect_eq '["auth","serve"]' "$(flu-ctl --config flu.conf plan --json | jq -c '[.[] | select(.stream == "") | .name]')"
expect_match 'good, 3 streams' "$(flu-ctl config check --config flu.conf)"

# A config that cannot work is told at once.
echo 'strem x { }' >bad.conf
expect_exit 2 flu-ctl start --config bad.conf
expect_match "bad.conf:1: unknown directive 'strem', did you mean 'stream'" "$(<err)"

expect_exit 0 flu-ctl start --config flu.conf --log server.log --json
e2e_pids[server]=$(jq .pid out)
expect_exit 0 flu-ctl start --config flu.conf
expect_match 'runs already' "$(<out)"
expect_exit 0 flu-ctl status
expect_match "config +$test_dir/flu.conf" "$(<out)"
is_state() { [[ $(flu-ctl streams --json | jq -r --arg name "$1" '.[] | select(.name == $name) | .state') == "$2" ]]; }
wait_for 20 is_state demo running
expect is_state later idle
expect is_state off disabled
# Without --config: that of the running server.
expect_eq "flu-ingest fake://fake | flu-segment later" "$(flu-ctl explain later)"
expect_match 'tracks +h264 640x360' "$(flu-ctl stream demo)"
expect_eq Demo "$(flu-ctl stream demo --json | jq -r .title)"
expect_exit 1 flu-ctl stream nothing
expect_match 'stream_started media=demo' "$(flu-ctl events --last 100)"
expect_eq 2 "$(flu-ctl top --count 2 | grep -c '^demo ')"
expect_exit 1 flu-ctl restart-stream off
expect_exit 0 flu-ctl restart-stream demo
expect_exit 0 flu-ctl reload
expect_match 'untouched: 6' "$(<out)"

first=$(jq .pid "$FLU_RUN_DIR/state/server.json")
expect_exit 0 flu-ctl restart --log server.log
second=$(flu-ctl status --json | jq .pid)
[[ $first != "$second" ]] || fail "restart kept process $first"
e2e_pids[server]=$second
expect_exit 0 flu-ctl stop
expect_match stopped "$(<out)"
[[ ! -d /proc/$second ]] || fail "process $second still runs"
expect_exit 1 flu-ctl status --json
expect_eq false "$(jq .running out)"
unset 'e2e_pids[server]'
