#!/usr/bin/env bash
# A machine started an hour ahead, and its clock was then put right: the stream keeps its time, and says so, until
# flu-ctl restart-stream --resync puts it to the clock; numbers go on, nobody else is touched.
. "$(dirname "$0")/../lib.sh"
need jq
window() { /usr/bin/python3 "$e2e_dir/segment/window.py" "$@"; }
newest() { window list "$FLU_RUN_DIR/live/$1" | tail -n 1 | grep .; }
hub_pid() { jq -r .pid "$FLU_RUN_DIR/units/segment@$1.json"; }

make_media in.ts 30
port=$(free_port)
cat >flu.conf <<END
stream demo { url udp://127.0.0.1:$port; segment_duration 1; }
stream other { url fake://fake; segment_duration 1; }
END
set_clock 3600
printf '#!/usr/bin/env bash\nshimmed flu-supervisor "$@"\n' >shimmed-supervisor
chmod +x shimmed-supervisor
start_ready supervisor ./shimmed-supervisor --config flu.conf
start_lying sender in.ts "udp://127.0.0.1:$port" --seconds 90
has_segments() { (($(window list "$FLU_RUN_DIR/live/$1" | wc -l) >= 3)); }
wait_for 30 has_segments demo
wait_for 30 has_segments other
set_clock 0
is_unsure() { newest demo | awk '{exit int($3 / 8) % 2 == 0}'; }
wait_for 20 is_unsure
hub=$(hub_pid demo)
other=$(jq -r .pid "$FLU_RUN_DIR/units/ingest@other.json")
read -r seq disc_seq _ <<<"$(newest demo)"

expect_match 'its times begin anew' "$(flu-ctl restart-stream demo --resync)"
is_right() { newest demo | awk -v now="$(date +%s)" '{late = now - ($4 + $5) / 90000; exit late < -2 || late > 60}'; }
wait_for 30 is_right
expect window check "$FLU_RUN_DIR/live/demo" >/dev/null
is_sure() { newest demo | awk '{exit int($3 / 8) % 2}'; }
wait_for 10 is_sure
expect_eq "$hub" "$(hub_pid demo)" 'the process of the hub'
expect_eq "$other" "$(jq -r .pid "$FLU_RUN_DIR/units/ingest@other.json")" "another stream's process"
read -r seq_after disc_seq_after _ <<<"$(newest demo)"
((seq_after > seq && disc_seq_after > disc_seq)) || fail "numbers went from $seq $disc_seq to $seq_after $disc_seq_after"
