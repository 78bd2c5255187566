#!/usr/bin/env bash
# Who watches is counted once, however many workers serve him; sessions are listed, limited, closed, and outlive
# flu-auth and workers.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
port=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
edit_auth admin secret;
max_sessions 1000;
stream ort { url fake://fake; segment_duration 1; }
stream few { url fake://fake; segment_duration 1; max_sessions 1; }
END
start_ready supervisor flu-supervisor --config flu.conf
base=http://127.0.0.1:$port
api=$base/flussonic/api
plays() { fetch "$base/ort/index.m3u8?token=probe" && fetch "$base/few/index.m3u8?token=probe"; }
wait_for 30 plays
sessions() { flu-ctl sessions --json "$@"; }
count() { sessions | jq "map(select($1)) | length"; }
counts() { [[ $(count "$1") == "$2" ]]; }
pid_of_unit() { jq .pid "$FLU_RUN_DIR/units/$1.json"; }

# A viewer of playlists and segments over many connections, which both workers get their share of.
for _ in {1..20}; do
    segment=$(fetch "$base/ort/index.m3u8?token=one" | grep -m 1 '\.ts')
    fetch "$base/ort/$segment" >/dev/null
done
wait_for 10 counts '.name == "ort" and .type == "hls"' 2
wait_for 10 counts '.bytes_sent > 100000' 1
one=$(sessions --stream ort | jq -c 'map(select(.bytes_sent > 100000))')
expect_eq 1 "$(jq length <<<"$one")" 'sessions with segments'
expect_eq "$(printf 'ort\0%s\0%s' 127.0.0.1 one | sha1sum | cut -c1-40)" "$(jq -r '.[0].id' <<<"$one")"
expect_eq true "$(jq '.[0] | .session_id == "\(.id)-\(.created_at)"' <<<"$one")"
expect_eq '["bytes_sent","country","created_at","duration","id","ip","name","session_id","type"]' \
    "$(jq -c '.[0] | keys' <<<"$one")"

# The HTTP API says the same.
fetch "$api/sessions?name=ort" >listed
expect_eq 'ort 2' "$(jq -r '"\(.name) \(.sessions | length)"' listed)"
expect_eq "$(jq -S '.[0] | {id, session_id, type, ip}' <<<"$one")" \
    "$(jq -S '.sessions[] | select(.bytes_sent > 100000) | {id, session_id, type, ip}' listed)"
expect_eq 3 "$(fetch "$api/sessions" | jq '.sessions | length')"
expect_eq '{"name":"nothing","sessions":[]}' "$(fetch "$api/sessions?name=nothing" | jq -cS .)"
has_clients() { [[ $(fetch "$api/server" | jq .total_clients) == "$1" ]]; }
wait_for 10 has_clients 3

# Connections without end are a session each, closed by either command, or by leaving.
for i in 1 2 3; do start "viewer$i" curl -sN -o /dev/null "$base/ort/mpegts"; done
wait_for 10 counts '.type == "mpegts"' 3
id=$(sessions | jq -r 'map(select(.type == "mpegts"))[0].session_id')
expect flu-ctl close-session "$id"
wait_for 10 counts '.type == "mpegts"' 2
left() { local n=0 i; for i in 1 2 3; do ! is_running "viewer$i" || n=$((n + 1)); done; [[ $n == "$1" ]]; }
wait_for 10 left 2
expect_eq 401 "$(http_status "$api/close_sessions" --data-binary "$id")"
id=$(sessions | jq -r 'map(select(.type == "mpegts"))[0].session_id')
expect_eq true "$(fetch "$api/close_sessions" -u admin:secret --data-binary "$id
nothing")"
wait_for 10 left 1
expect_eq 400 "$(http_status "$api/close_sessions" -u admin:secret --data-binary '')"
expect_exit 1 flu-ctl close-session nothing
expect_match 'no such session' "$(cat err)"

# The limit of a stream: who is in stays in.
expect_eq 403 "$(http_status "$base/few/index.m3u8?token=two")"
expect_match 'all the viewers that it may have, 1' "$(curl -s "$base/few/index.m3u8?token=two")"
expect_eq 200 "$(http_status "$base/few/index.m3u8?token=probe")"
sed -i 's/max_sessions 1;/max_sessions 5;/' flu.conf
flu-ctl reload >/dev/null
may_watch() { [[ $(http_status "$base/few/index.m3u8?token=three") == 200 ]]; }
wait_for 15 may_watch

# Names that are not there, and what is no way to play, leave nothing.
for i in {1..50}; do http_status "$base/no-$i/index.m3u8" >/dev/null; done
expect_eq 0 "$(count '.name | startswith("no-")')"

# flu-auth is killed: who watches goes on, who is new comes in, and the next one knows all.
before=$(sessions --stream ort | jq -c 'map(.session_id) | sort')
auth=$(pid_of_unit auth)
kill -KILL "$auth"
expect_eq 200 "$(http_status "$base/ort/index.m3u8?token=meanwhile")"
knows_all() { [[ $(sessions --stream ort | jq -c "map(.session_id) - (map(.session_id) - $before) | sort") == "$before" ]]; }
wait_for 15 knows_all
wait_for 15 counts '.name == "ort" and .type == "hls"' 3
left 1 || fail 'the end of flu-auth cut a viewer'

# A worker is killed: its connections are gone, the viewer of segments stays the same session.
created=$(sessions | jq -c 'map(select(.type == "hls") | .session_id) | sort')
for worker in $(pgrep -P "$(pid_of_unit serve)"); do kill -KILL "$worker"; done
wait_for 15 counts '.type == "mpegts"' 0
again() { fetch "$base/ort/index.m3u8?token=one" && fetch "$base/ort/index.m3u8?token=meanwhile"; }
wait_for 10 again
expect_eq "$created" "$(sessions | jq -c 'map(select(.type == "hls") | .session_id) | sort')"

# The journal has what was.
expect_match '"bytes":[1-9].*"event":"session_closed"' "$(flu-ctl events --event session_closed --last 500 --json)"
