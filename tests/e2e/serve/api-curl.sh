#!/usr/bin/env bash
# What the HTTP API tells: the server, its streams and their tracks, in the documented form.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
port=$(free_port)
silent=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
stream cams/door { url fake://fake priority=1; segment_duration 1; source_timeout 30; }
stream silent { url udp://127.0.0.1:$silent; }
ondemand later { url fake://fake; }
END
start_ready supervisor flu-supervisor --config flu.conf
base=http://127.0.0.1:$port
api=$base/flussonic/api
stat_of() { fetch "$api/media" | jq -r --arg name "$1" ".[].value | select(.name == \$name) | $2"; }
is_stat() { [[ $(stat_of "$1" "$2") == "$3" ]]; }
has_status() { [[ $(http_status "$1") == "$2" ]]; }

wait_for 30 is_stat cams/door .stats.alive true
expect_eq '["hostname","input_kbit","online_streams","output_kbit","total_clients","total_streams","uptime","version"]' \
    "$(fetch "$api/server" | jq -c keys)"
expect_eq 3 "$(fetch "$api/server" | jq .total_streams)"
expect_eq '["stream","stream","stream"]' "$(fetch "$api/media" | jq -c 'map(.entry)')"
expect_eq '[{"options":[["priority","1"]],"value":"fake://fake"}]' "$(stat_of cams/door '.urls | tojson')"
expect_eq '10 60 30 true' \
    "$(stat_of cams/door '.options | "\(.retry_limit) \(.clients_timeout) \(.source_timeout) \(.static)"')"
expect is_stat silent .stats.running true
expect is_stat silent .stats.alive false
expect is_stat later .stats.running false
expect is_stat cams/door .stats.url fake://fake

# The tracks, with what was measured of each.
has_rates() { fetch "$api/media_info/cams/door" | jq -e '.streams | length == 2 and all(.bitrate > 0)'; }
wait_for 20 has_rates
fetch "$api/media_info/cams%2Fdoor" >info
expect_eq '640 360 v1 h264 video 640x360 25 4' \
    "$(jq -r '.streams[0] as $v | "\(.width) \(.height) \($v.track_id) \($v.codec) \($v.content) \($v.size) \($v.fps) \($v.length_size)"' info)"
expect jq -e '.streams[0] | .profile and .level and .pixel_width == 640 and .sar_width == 1 and .sar_height == 1' info >/dev/null
expect_eq 'a1 aac audio' "$(jq -r '.streams[1] | "\(.track_id) \(.codec) \(.content)"' info)"
expect_eq "$(jq -S 'del(.streams[].bitrate)' info)" \
    "$(fetch "$base/cams/door/media_info.json" | jq -S 'del(.streams[].bitrate)')"
expect_eq '{"error":"no_transcoder"}' "$(fetch "$api/input_media_info/cams/door")"

# Health: two words for monitors.
wait_for 10 has_status "$api/stream_health/cams/door" 200
expect_eq 424 "$(http_status "$api/stream_health/silent")"
expect_eq 424 "$(http_status "$api/stream_health/later" -X POST)"
for name in nothing '' ../x a//b; do
    expect_match '^(404|400)$' "$(http_status "$api/stream_health/$name" --path-as-is)" "health of '$name'"
done
expect_eq "no stream 'nothing'" "$(curl -s "$api/media_info/nothing" | jq -r .error)"
expect_eq 404 "$(http_status "$base/nothing/media_info.json")"
expect_eq 503 "$(http_status "$base/silent/media_info.json")"

# Viewers are counted: one that fetches segments, one that stays.
fetch "$base/cams/door/index.m3u8" >/dev/null
start viewer curl -sN -o /dev/null "$base/cams/door/mpegts"
wait_for 20 is_stat cams/door .stats.client_count 2
expect_match '^1[0-9]{12}$' "$(stat_of cams/door .stats.last_access_at)"
expect_eq 2 "$(fetch "$api/server" | jq .total_clients)"
has_output() { (($(stat_of cams/door .stats.out_bandwidth) > 0)); }
wait_for 20 has_output
kill_wait viewer
wait_for 20 is_stat cams/door .stats.client_count 1

# What is not there says so, as JSON; methods as everywhere.
expect_eq 'the API has no such call' "$(curl -s "$api/nothing" | jq -r .error)"
expect_eq "501 'files' is not supported yet" "$(http_status "$api/files") $(curl -s "$api/files" | jq -r .error)"
expect_eq 405 "$(http_status "$api/server" -X DELETE)"
expect_eq 405 "$(http_status "$base/cams/door/index.m3u8" -X POST)"
expect_eq 405 "$(http_status "$api/reload" -I)"
expect_eq 200 "$(http_status "$api/server" -I)"
expect_match 'Allow: GET, HEAD, POST, OPTIONS' "$(curl -si -X OPTIONS "$api/server")"
expect_match 'Content-Type: application/json' "$(curl -si "$api/server")"

# A source that stops: frames are old after a second.
kill -STOP "$(jq .pid "$FLU_RUN_DIR/units/ingest@cams+door.json")"
wait_for 10 has_status "$api/stream_health/cams/door" 424
kill -CONT "$(jq .pid "$FLU_RUN_DIR/units/ingest@cams+door.json")"

# Without a supervisor the windows go on, and health is told from them.
kill_wait supervisor KILL
wait_for 10 has_status "$api/stream_health/cams/door" 200
expect_eq "503 the supervisor does not run" "$(http_status "$api/reload") $(curl -s "$api/reload" | jq -r .error)"
start_ready second flu-supervisor --config flu.conf
wait_for 10 has_status "$api/reload" 200
