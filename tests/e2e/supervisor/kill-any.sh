#!/usr/bin/env bash
# ctest: timeout 150
# A server of several streams from one config: every process that is killed resumes within 2 s, without the
# numbering of its stream going back, and the other streams lose no segment. The supervisor may be one of them.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
{
    echo "http 127.0.0.1:$port;"
    for name in a b c d; do echo "stream $name { url fake://fake; segment_duration 1; segments 8; }"; done
} >flu.conf
start_ready supervisor flu-supervisor --config flu.conf
playlist() { fetch "http://127.0.0.1:$port/$1/index.m3u8"; }
sequence() { playlist "$1" | sed -n 's/^#EXT-X-MEDIA-SEQUENCE://p'; }
segments() { playlist "$1" | grep -c '\.ts$'; }
has_segments() { [[ $(segments "$1") -ge $2 ]]; }
for name in a b c d; do wait_for 40 has_segments "$name" 3; done
unit_pid() { jq -r .pid "$FLU_RUN_DIR/units/$1.json" 2>/dev/null; }
is_new() { local now; now=$(unit_pid "$1"); [[ -n $now && $now != "$2" ]]; }
grows() { [[ $(segments "$1") -ge 1 ]] && (($(sequence "$1") + $(segments "$1") > $2)); }
kill_unit() {
    local pid
    pid=$(unit_pid "$1")
    kill -9 "$pid"
    wait_for 3 is_new "$1" "$pid"
}

others=$(unit_pid segment@b; unit_pid ingest@b; unit_pid segment@d; unit_pid ingest@d)
for victim in segment@a ingest@a segment@c ingest@c serve; do
    name=${victim#*@}
    [[ $name != serve ]] || name=a
    last=$(($(sequence "$name") + $(segments "$name")))
    kill_unit "$victim"
    wait_for 10 grows "$name" "$last"
done
kill_wait supervisor KILL
sleep 1
start_ready supervisor flu-supervisor --config flu.conf
last=$(($(sequence b) + $(segments b)))
wait_for 10 grows b "$last"
expect_eq "$others" "$(unit_pid segment@b; unit_pid ingest@b; unit_pid segment@d; unit_pid ingest@d)"
# Not one discontinuity in the streams that were left alone, and none of their processes was started again.
for name in b d; do
    expect_eq 0 "$(playlist "$name" | grep -c '^#EXT-X-DISCONTINUITY$' || true)" "discontinuities of $name"
done
is_running_stream() { [[ $(flu-ctl streams --json | jq -r --arg name "$1" '.[] | select(.name == $name) | .state') == running ]]; }
for name in a b c d; do wait_for 20 is_running_stream "$name"; done
kill_wait supervisor
expect_eq 0 "$status" "exit code after SIGTERM"
