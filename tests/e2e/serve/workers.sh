#!/usr/bin/env bash
# A worker that dies is replaced, on the same port; the server stops in bounded time, also with clients at hand.
. "$(dirname "$0")/../lib.sh"
need curl

start_ready web flu-serve --http 127.0.0.1:0 --workers 2 --status
url=http://127.0.0.1:$web_port/
workers() { pgrep -P "$(pid_of web)" | sort; }
has_two_workers() { [[ $(workers | wc -l) == 2 ]]; }
wait_for 5 has_two_workers

before=$(workers)
kill -KILL "$(head -n 1 <<<"$before")"
replaced() { has_two_workers && [[ $(workers) != "$before" ]]; }
wait_for 5 replaced
for _ in {1..20}; do expect_eq 200 "$(http_status "$url")" 'after the end of a worker'; done
# Both times and all: the counters of the dead are not lost.
counted() { [[ $(grep -h '"type":"counters"' web.log | tail -n 1 | jq .requests) -ge 20 ]]; }
wait_for 5 counted
expect_match '"event":"worker_ended"' "$(cat web.log)" 'the event'

# A second server on the port is refused, though the workers share it.
expect_exit 3 flu-serve --http "127.0.0.1:$web_port" --workers 1
expect_match 'address already in use' "$(cat err)"
expect_exit 2 flu-serve --http nonsense
expect_exit 2 flu-serve --http 127.0.0.1:0 --access-log /nowhere/log

# The master's death takes the workers with it.
mapfile -t orphans < <(workers)
kill -KILL "$(pid_of web)"
gone() { ! kill -0 "${orphans[@]}"; }
wait_for 10 gone

# A client in the middle of a request holds nothing up.
start_ready again flu-serve --http 127.0.0.1:0 --workers 2
exec 5<>"/dev/tcp/127.0.0.1/$again_port"
printf 'GET / HTTP/1.1\r\n' >&5
begin=$SECONDS
kill_wait again
expect_eq 0 "$status" 'exit code after SIGTERM'
((SECONDS - begin <= 8)) || fail "stopping took $((SECONDS - begin)) s"
