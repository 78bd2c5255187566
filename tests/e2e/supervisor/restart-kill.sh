#!/usr/bin/env bash
# Each unit that is killed comes back within 2 s, and nothing happens to the others.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END'
http 18080;
stream a { url udp://127.0.0.1:9001; }
stream b { url udp://127.0.0.1:9002; }
stream c/d { url udp://127.0.0.1:9003; }
END
start_server flu.conf
units=(segment@a ingest@a segment@b ingest@b segment@c+d ingest@c+d serve)
names=("${units[@]//+//}")
wait_for 20 is_up "${names[@]}"
for victim in "${units[@]}"; do
    declare -A before=()
    for unit in "${units[@]}"; do before[$unit]=$(unit_pid "$unit"); done
    kill -9 "${before[$victim]}"
    wait_for 2 is_new_pid "$victim" "${before[$victim]}"
    for unit in "${units[@]}"; do
        [[ $unit == "$victim" ]] || expect_eq "${before[$unit]}" "$(unit_pid "$unit")" "$unit while $victim was killed"
    done
done
wait_for 20 is_up "${names[@]}"

# A second supervisor in the same run directory is refused.
expect_exit 3 flu-supervisor --config flu.conf --program-dir "$test_dir/programs"
expect_match "another flu-supervisor, process $(pid_of supervisor), works here" "$(<err)"

pids=$(for unit in "${units[@]}"; do unit_pid "$unit"; done)
kill_wait supervisor
expect_eq 0 "$status" "exit code after SIGTERM"
for pid in $pids; do [[ ! -d /proc/$pid ]] || fail "process $pid was left"; done
expect_eq "" "$(ls "$FLU_RUN_DIR/units")" "records left"
