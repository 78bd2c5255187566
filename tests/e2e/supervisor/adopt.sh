#!/usr/bin/env bash
# After kill -9 of the supervisor the streams go on, and its successor takes them over as they are: it starts
# nothing twice, notices deaths, ends what the config lost, and replaces what stays silent.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END'
http 18080;
stream a { url udp://127.0.0.1:9001; }
stream b { url udp://127.0.0.1:9002; }
stream gone { url udp://127.0.0.1:9003; }
END
start_server flu.conf
units=(segment@a ingest@a segment@b ingest@b serve)
wait_for 20 is_up "${units[@]}" ingest@gone
declare -A before=()
for unit in "${units[@]}" ingest@gone segment@gone; do before[$unit]=$(unit_pid "$unit"); done
started_of() { flu-ctl stream "$1" --json | jq .started_utc_ms; }
started=$(started_of a)
uptime=$(flu-ctl stream a --json | jq .uptime)
kill_wait supervisor KILL
for unit in "${units[@]}"; do expect kill -0 "${before[$unit]}"; done
tell ingest@b silent  # from now on: it will not say hello to the successor
kill -9 "${before[serve]}"
sed -i /gone/d flu.conf
start_server flu.conf
wait_for 20 is_up segment@a ingest@a segment@b serve
for unit in segment@a ingest@a segment@b; do
    expect_eq "${before[$unit]}" "$(unit_pid "$unit")" "adopted process of $unit"
    expect_eq 1 "$(starts_of "$unit")" "starts of $unit"
done
# What was adopted started when it did, not now: the kernel counts in hundredths of a second.
off=$(($(started_of a) - started))
((off > -1000 && off < 1000)) || fail "an adopted process has another start time, by $off ms"
(($(flu-ctl stream a --json | jq .uptime) >= uptime)) || fail "an adopted process has become younger"
is_new_pid serve "${before[serve]}" || fail "a process that died unseen was not replaced"
is_gone() { [[ $(ps -o stat= -p "${before[$1]}") =~ ^(Z.*)?$ ]]; }  # nobody may have waited for an orphan
wait_for 10 is_gone ingest@gone
wait_for 10 is_gone segment@gone
wait_for 15 is_new_pid ingest@b "${before[ingest@b]}"
is_gone ingest@b || fail "the silent process was left beside its successor"
rm -f "$FLU_FAKE_DIR/ingest@b.do"
# An adopted process that dies is noticed, though it is nobody's child.
kill -9 "${before[ingest@a]}"
wait_for 3 is_new_pid ingest@a "${before[ingest@a]}"
kill_wait supervisor
expect_eq 0 "$status"
for unit in "${units[@]}"; do
    is_gone "$unit" || fail "$unit was left"
done
