#!/usr/bin/env bash
# Events: chosen, from a server that is gone, and followed over its death and restart.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
cat >flu.conf <<'END2'
stream a { url udp://127.0.0.1:9001; }
stream b/c { url udp://127.0.0.1:9002; }
END2
expect_exit 3 flu-ctl events
expect_match 'no server runs' "$(<err)"
expect_exit 2 flu-ctl events --event source_lots
expect_match "no event 'source_lots', did you mean 'source_lost'?" "$(<err)"

start_server flu.conf
is_told() { flu-ctl events --last 1000 --event "$1" --media "$2" | grep -q .; }
wait_for 20 is_told stream_started a
wait_for 20 is_told stream_started b/c
start follower flu-ctl events --follow --json --last 1000
start one flu-ctl events --follow --last 0 --event 'stream_*' --media 'b/*'
wait_for 10 grep -q server_started follower.log

# Killed, and another one; then stopped, and a third.
kill_wait supervisor KILL
start_server flu.conf
is_count() { [[ $(grep -c '"event":"server_started"' follower.log) == "$1" ]]; }
wait_for 10 is_count 2
expect_exit 0 flu-ctl reload
kill_wait supervisor
expect_match 'server_stopped' "$(flu-ctl events)" 'what a server that is gone left'
start_server flu.conf
wait_for 10 is_count 3
wait_for 10 is_up segment@a ingest@a segment@b/c ingest@b/c
expect_exit 0 flu-ctl restart-stream b/c
is_followed() { grep -q unit_started follower.log && [[ $(tail -n 1 follower.log | jq .event_id) == $(tail -n 1 "$FLU_RUN_DIR/state/events.jsonl" | jq .event_id) ]]; }
wait_for 20 is_followed
kill_wait follower

# Each event of the journal once, in order.
jq .event_id "$FLU_RUN_DIR/state/events.jsonl" >wanted
grep '^{' follower.log | jq .event_id >got
sort -n -u got >sorted
expect diff got sorted
expect diff <(head -n "$(wc -l <got)" wanted) got
expect_eq 'config_reloaded info' "$(grep config_reloaded follower.log | head -n 1 | jq -r '"\(.event) \(.level)"')"
expect_eq true "$(grep server_started follower.log | head -n 1 | jq '.utc_ms > 0 and .utc > 0 and (.server | length > 0)')"
expect_match 'stream_stopped' "$(<one.log)"
if grep -v 'the server is gone' one.log | grep -vq 'media=b/c'; then fail "$(<one.log)"; fi
