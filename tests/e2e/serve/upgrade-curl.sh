#!/usr/bin/env bash
# Another program takes over (SIGUSR2): no connection of a load of short requests is refused or cut, an endless client
# and a request that waits go on, counters stay; one that would not start leaves the old; a worker that is
# killed costs no connection that was not in its hands; who stays too long is cut at a key frame.
. "$(dirname "$0")/../lib.sh"
need curl jq python3 ffprobe

start_stream demo fake://fake
mkdir bin
ln -s "$FLU_BIN/flu-serve" bin/flu-serve
start_ready web "$PWD/bin/flu-serve" --http 127.0.0.1:0 --workers 2 --status --drain-timeout 1h
master=$(pid_of web)
url=http://127.0.0.1:$web_port
wait_for 20 fetch "$url/demo/index.m3u8"
workers() { pgrep -P "$master" | sort; }
has_workers() { [[ $(workers | wc -l) == "$1" ]]; }
told() { grep -h '"type":"event"' web.log | jq -r .event | grep -c "^$1$"; }
has_told() { (($(told "$1") >= $2)); }

load() { start load python3 "$e2e_dir/clients/short_load.py" "$url/demo/index.m3u8" report; }
end_load() {
    kill_wait load
    expect_eq 0 "$(jq .failed report)" "failed of $(cat report)"
    (($(jq .answers report) > 20)) || fail "too few answers: $(cat report)"
}

# A client that stays, and one whose request waits for a part that is not there yet.
start endless curl -sS -N -o endless.ts "$url/demo/mpegts"
grows() { local now; now=$(stat -c %s endless.ts); sleep 0.3; (($(stat -c %s endless.ts) > now)); }
wait_for 10 grows
load
old=$(workers)
newest=$(fetch "$url/demo/index.ll.m3u8" | grep -c '#EXTINF')
next=$(($(fetch "$url/demo/index.ll.m3u8" | sed -n 's/#EXT-X-MEDIA-SEQUENCE://p') + newest))
start waiting curl -sS -o waiting.m3u8 -w '%{http_code}' "$url/demo/index.ll.m3u8?_HLS_msn=$next&_HLS_part=1"
kill -USR2 "$master"
wait_for 20 has_told serve_upgraded 1
expect_eq "$master" "$(pid_of web)"
is_running web || fail "the master has another process now"
wait_exit waiting
expect_eq 200 "$(tail -c 3 waiting.log)" 'a request that waits over an upgrade'
one_old_left() { [[ $(comm -12 <(workers) <(cat <<<"$old") | wc -l) == 1 ]]; }
wait_for 10 one_old_left
wait_for 10 grows
end_load

# What would not serve does not take over.
load
now=$(workers)
rm bin/flu-serve
printf '#!/bin/sh\necho "no library" >&2\nexit 127\n' >bin/flu-serve
chmod +x bin/flu-serve
kill -USR2 "$master"
wait_for 20 has_told upgrade_failed 1
expect_match 'code 127: no library' "$(grep -h upgrade_failed web.log)"
ln -sf "$(type -P true)" bin/flu-serve
kill -USR2 "$master"
wait_for 20 has_told upgrade_failed 2
rm bin/flu-serve
kill -USR2 "$master"
wait_for 20 has_told upgrade_failed 3
expect_eq "$now" "$(workers)" 'workers after upgrades that failed'
end_load

# What was counted is still counted.
ln -s "$FLU_BIN/flu-serve" bin/flu-serve
requests() { grep -h '"type":"counters"' web.log | tail -n 1 | jq .requests; }
before=$(requests)
kill -USR2 "$master"
# Two generations at most: the client of the first is cut, at a key frame, so that its file ends with a whole group.
wait_for 20 has_told serve_upgraded 2
(($(requests) >= before)) || fail "requests were $before, are $(requests)"
wait_exit endless
wait_for 20 has_workers 2
ends_whole() {  # FILE: its last group has as many pictures as the longest
    ffprobe -v error -select_streams v -show_entries packet=flags -of csv=p=0 "$1" | grep '^[K_]' >flags
    awk '/^K/ { last = 0 } { if (++last > most) most = last } END { exit !(NR > 25 && last == most) }' flags ||
        fail "$1 ends in the middle of a group: $(tail -n 30 flags | tr '\n' ' ')"
}
ends_whole endless.ts

# A worker that is killed: its sockets stay, others answer and a new one comes.
kill -KILL "$(workers | head -n 1)"
for _ in {1..20}; do expect_eq 200 "$(http_status "$url/demo/index.m3u8" -m 10)" 'after the end of a worker'; done
kill_wait web
expect_eq 0 "$status" 'exit code'

# Nobody stays longer than --drain-timeout.
start_ready short flu-serve --http 127.0.0.1:0 --workers 1 --drain-timeout 1s
start patient curl -sS -N -o patient.ts "http://127.0.0.1:$short_port/demo/mpegts"
wait_for 10 test -s patient.ts
kill -USR2 "$(pid_of short)"
wait_exit patient
expect_eq 0 "$status" 'what curl says of its end'
ends_whole patient.ts
expect_exit 2 flu-serve --http 127.0.0.1:0 --drain-timeout soon
