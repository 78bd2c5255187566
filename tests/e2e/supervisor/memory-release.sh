#!/usr/bin/env bash
# A process that takes memory without end is stopped at its limit and started again later and later; the other
# streams keep theirs. With optimised programs: a sanitizer's own memory is over any limit.
. "$(dirname "$0")/../lib.sh"
PATH=$FLU_RELEASE_BIN:$PATH
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END'
http 8080;  # of a fake server, which opens nothing
stream good { url udp://127.0.0.1:9001; }
stream hungry { url udp://127.0.0.1:9002; }
END
tell ingest@hungry eat
start_server flu.conf
wait_for 20 is_up segment@good ingest@good segment@hungry serve
good=$(unit_pid ingest@good)
limit() { prlimit --pid "$(unit_pid "$1")" --data --noheadings --raw -o SOFT; }
for unit in ingest@good segment@good segment@hungry; do
    expect_eq $((512 << 20)) "$(limit "$unit")" "memory limit of $unit"
done
expect_eq unlimited "$(limit serve)" "memory limit of the server of all streams"
wait_for 20 is_state ingest@hungry backoff
expect_eq "exit code 1" "$(unit_field ingest@hungry last_error)"
expect_eq "$good" "$(unit_pid ingest@good)" "process of the good stream"
kill_wait supervisor
expect_eq 0 "$status"
