#!/usr/bin/env bash
# What the HTTP API changes: streams come and go in the config file, whose other bytes stay.
. "$(dirname "$0")/../lib.sh"
need jq curl python3 ffprobe
port=$(free_port)
mkdir etc
cat >etc/real.conf <<END
# The north.
http   127.0.0.1:$port;     # players

# the door
stream door { url fake://fake;segment_duration 1 }   # at night
	stream  tabs	{ url fake://fake; } # odd spaces
# end
END
chmod 604 etc/real.conf
ln -s etc/real.conf flu.conf
cp flu.conf first.conf
start_ready supervisor flu-supervisor --config flu.conf
api=http://127.0.0.1:$port/flussonic/api
post() { curl -s --max-time 40 -o reply -w '%{http_code}' --data-binary "$2" "$api/$1"; }
unit_pid() { jq -r .pid "$FLU_RUN_DIR/units/$1.json" 2>/dev/null; }
wait_for 20 test -f "$FLU_RUN_DIR/units/ingest@tabs.json"
wait_for 20 fetch "$api/server"
declare -A before=()
for unit in segment@door ingest@door segment@tabs ingest@tabs serve; do before[$unit]=$(unit_pid "$unit"); done
untouched() {
    local unit
    for unit; do expect_eq "${before[$unit]}" "$(unit_pid "$unit")" "$unit"; done
}

# A stream that is created plays, and the file has it.
expect_eq 200 "$(post config/stream_create 'stream new/one { url fake://fake; segment_duration 1; }')"
expect_eq '{"success":true}' "$(<reply)"
added=$(diff first.conf flu.conf) || true
expect_eq '> stream new/one { url fake://fake; segment_duration 1; }' "$(tail -n +2 <<<"$added")"
expect_eq 604 "$(stat -L -c %a flu.conf)"
expect test -L flu.conf
plays() { fetch "http://127.0.0.1:$port/new/one/index.m3u8"; }
wait_for 30 plays
expect_match h264 "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "http://127.0.0.1:$port/new/one/index.m3u8")"
untouched segment@door ingest@door segment@tabs ingest@tabs serve

# Another one of that name takes its place; comments around stay, only its processes are touched.
expect_eq 200 "$(post config/stream_create $'\nstream door {\n  url fake://fake;\n  title "The door";\n}\n')"
sed 's/^stream door .*}/stream door {\n  url fake:\/\/fake;\n  title "The door";\n}/' first.conf >wanted
echo 'stream new/one { url fake://fake; segment_duration 1; }' >>wanted
expect diff wanted flu.conf
expect_eq 'The door' "$(flu-ctl stream door --json | jq -r .title)"
untouched ingest@door segment@door segment@tabs ingest@tabs serve
expect_match 'stream_reconfigured media=door' "$(flu-ctl events --last 100)"

# Refused as a whole, with the lines of what was sent.
expect_eq 400 "$(post config/stream_create $'stream a { }\nstream b {\n  segmnets 5;\n}')"
expect_eq "request:3: unknown option 'segmnets' in stream 'b', did you mean 'segments'?" "$(jq -r '.errors[0]' reply)"
expect_eq 400 "$(post config/stream_create 'http 1;')"
expect_eq 400 "$(post config/stream_create '')"
expect_eq 400 "$(post config/stream_create $'stream a { url \x01; }')"
expect_eq 404 "$(post config/stream_delete 'dor')"
expect_eq "no stream 'dor' in the config, did you mean 'door'?" "$(jq -r .error reply)"
expect_eq 400 "$(post config/stream_delete '../x')"
head -c 5000000 /dev/zero | tr '\0' '#' >huge
expect_eq 413 "$(post config/stream_create @huge)"
expect diff wanted flu.conf

# What was changed by hand meanwhile is kept; a mistake of the hand is told as such.
echo 'stream hand { url fake://fake; disabled; }' >>flu.conf
expect_eq 200 "$(post config/stream_delete new/one)"
expect_eq '{"success":true}' "$(<reply)"
expect_eq 'stream hand { url fake://fake; disabled; }' "$(tail -n 1 flu.conf)"
if grep -q new/one flu.conf; then fail 'the deleted stream stands in the file'; fi
expect_match 'stream_stop by=api media=new/one' "$(flu-ctl events --last 100)"
has_stopped() { flu-ctl events --last 200 --media new/one --event stream_stopped | grep -q .; }
wait_for 20 has_stopped
expect_eq 'stream_started stream_stop stream_stopped' \
    "$(flu-ctl events --last 200 --media new/one | grep -o 'stream_\(started\|stop\|stopped\) ' | xargs)" "the stream's life"
is_gone() { [[ $(http_status "http://127.0.0.1:$port/new/one/index.m3u8") == 404 ]]; }
wait_for 15 is_gone
cp flu.conf good.conf
echo 'strem x { }' >>flu.conf
expect_eq 500 "$(post config/stream_create 'stream c { }')"
expect_match "flu.conf:.*: unknown directive 'strem'" "$(jq -r '.errors[1]' reply)"
expect_eq 400 "$(post reload '')"
expect_match "unknown directive 'strem'" "$(jq -r .error reply)"
cat good.conf >flu.conf
expect_eq true "$(fetch "$api/reload")"
untouched segment@tabs ingest@tabs serve

# Many at once: none is lost.
for i in {1..8}; do start "many$i" curl -s --data-binary "stream many$i { disabled; }" "$api/config/stream_create"; done
for i in {1..8}; do wait_exit "many$i"; done
expect_eq 8 "$(grep -c '^stream many' flu.conf)"

# A restart, and a whole config: in force only, then for good.
expect_eq true "$(fetch "$api/stream_restart/tabs")"
is_new() { [[ $(unit_pid segment@tabs) != "${before[segment@tabs]}" ]]; }
wait_for 15 is_new
expect_eq 404 "$(http_status "$api/stream_restart/nothing")"
expect_eq 400 "$(http_status "$api/stream_switch_source/tabs?url=udp%3A%2F%2F127.0.0.1%3A1")"
expect_eq 400 "$(http_status "$api/stream_switch_source/tabs")"
expect_eq 404 "$(http_status "$api/stream_switch_source/nothing?url=fake%3A%2F%2Ffake")"
switches() { [[ $(fetch "$api/stream_switch_source/tabs?url=fake%3A%2F%2Ffake") == true ]]; }
wait_for 15 switches
cp flu.conf kept.conf
expect_eq 200 "$(post update_config @first.conf)"
expect_eq true "$(<reply)"
expect diff kept.conf flu.conf
expect_eq '["door","tabs"]' "$(flu-ctl streams --json | jq -c 'map(.name)')"
expect_eq 200 "$(post save_config @first.conf)"
expect diff first.conf flu.conf
