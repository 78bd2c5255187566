#!/usr/bin/env bash
# The title of a stream is the service name of its MPEG-TS, in any script; without one it is the stream's name. A reload
# renames the service for who watches already.
. "$(dirname "$0")/../lib.sh"
need curl ffprobe jq python3
port=$(free_port)
configure() {  # TITLE
    cat >flu.conf <<END
http 127.0.0.1:$port;
stream named { url fake://fake; title "$1"; }
stream plain { url fake://fake; }
END
}
configure 'Первый канал'
start_ready supervisor flu-supervisor --config flu.conf
service() { jq -r '.programs[0].tags | .service_name + " / " + .service_provider' "$1"; }
sample() {  # NAME: has it begun?
    curl -s -m 5 "http://127.0.0.1:$port/$1/mpegts" 2>/dev/null | head -c 300000 >"$1.ts" || true
    ffprobe -v error -show_programs -of json "$1.ts" >"$1.json"
}
has_service() { sample "$1" && [[ $(service "$1.json") == "$2" ]]; }
wait_for 40 has_service named 'Первый канал / flu'
wait_for 20 has_service plain 'plain / flu'

start viewer curl -sS -o viewer.ts "http://127.0.0.1:$port/named/mpegts"
wait_for 20 test -s viewer.ts
configure 'Second'
expect flu-ctl reload
sdt() {
    head -c "$(($(stat -c %s viewer.ts) / 188 * 188))" viewer.ts >whole.ts
    /usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_tables.py" dump whole.ts | grep sdt
}
is_renamed() { [[ $(sdt | tail -n 1) == 'sdt version=1 provider=flu name=Second' ]]; }
wait_for 20 is_renamed
expect_eq 'sdt version=0 provider=flu name=Первый канал' "$(sdt | head -n 1)" 'the name before'
