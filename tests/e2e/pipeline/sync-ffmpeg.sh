#!/usr/bin/env bash
# A white picture and a tone at the same instant each second stay within 40 ms of each other, as decoded from HLS,
# through jumps, bursts of loss and a restart of the source.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/sync.sh"

clip=flash.ts
make_flash "$clip" -bf 2 -c:a aac -b:a 96k

hub_options=(--segment-duration 1 --segments 60)
port=$(free_port)
start_stream demo "udp://127.0.0.1:$port"
wait_for 20 grep -q reading demo.ingest.log
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start_lying sender "$clip" "udp://127.0.0.1:$port" --seconds 14 3k:jump:50 4:loss:2:5 7k:jump:-80 8:mute:1 10:loss:2:5
wait_exit sender
# The encoder starts again: other times, another beginning.
start_lying sender "$clip" "udp://127.0.0.1:$port" --seconds 6 --start 4000 0:mute:0.3
wait_exit sender
segments() { fetch "http://127.0.0.1:$web_port/demo/index.m3u8" | grep -v '^#'; }
is_all() { (($(segments | wc -l) >= 16)); }
wait_for 10 is_all

check_sync "http://127.0.0.1:$web_port/demo/index.m3u8" 40
((stretches >= 4)) || fail "$stretches stretches: wanted one for each jump and restart"
((flashes >= 8)) || fail "only $flashes flashes with their tones were found"
