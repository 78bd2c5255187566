#!/usr/bin/env bash
# What keeps failing is started ever later and does not touch the rest; exit code 2 is not restarted; what
# falls silent is killed; what does not end is killed.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END'
stream good { url udp://127.0.0.1:9001; }
stream loop { url udp://127.0.0.1:9002; }
stream wrong { url udp://127.0.0.1:9003; }
stream quiet { url udp://127.0.0.1:9004; }
END
tell ingest@loop exit 70
tell ingest@wrong exit 2
tell ingest@quiet silent
start_server flu.conf
wait_for 20 is_up segment@good ingest@good segment@loop segment@wrong segment@quiet
good=$(unit_pid ingest@good)
wait_for 10 is_state ingest@wrong failed
expect_eq 1 "$(starts_of ingest@wrong)" "starts of a unit with a wrong configuration"
expect_eq "exit code 2" "$(unit_field ingest@wrong last_error)"
wait_for 20 is_state ingest@loop backoff
quiet=$(unit_pid ingest@quiet)
wait_for 20 is_new_pid ingest@quiet "$quiet"
[[ ! -d /proc/$quiet ]] || fail "the silent process $quiet still runs"
# In ten seconds and more: 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 6.4.
(($(starts_of ingest@loop) <= 9)) || fail "the crash loop was started $(starts_of ingest@loop) times"
expect_eq "$good" "$(unit_pid ingest@good)" "process of the good stream"
expect_match retrying "$(flu-ctl streams | grep ^loop)"
expect_match failed "$(flu-ctl streams | grep ^wrong)"

# The operator repairs it.
tell ingest@wrong run
expect flu-ctl restart-stream wrong
wait_for 10 is_up ingest@wrong

tell ingest@good stubborn
expect flu-ctl restart-stream good
wait_for 20 is_new_pid ingest@good "$good"
kill_wait supervisor
expect_eq 0 "$status"
