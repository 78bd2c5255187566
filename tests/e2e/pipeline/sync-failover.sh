#!/usr/bin/env bash
# Sound and picture stay within 40 ms of each other when the first source is lost, while the second plays, which has
# other codecs, and when the first is taken back.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/sync.sh"

make_flash main.ts -bf 2 -c:a aac -b:a 96k
make_flash spare.ts -bf 0 -c:a mp2 -b:a 128k -muxdelay 0.2
main=$(free_port)
spare=$(free_port)
send() { start "$1" ffmpeg -nostdin -v error -re -stream_loop -1 -i "$1.ts" -c copy -f mpegts "udp://127.0.0.1:$2?pkt_size=1316"; }
send main "$main"
send spare "$spare"
hub_options=(--segment-duration 1 --segments 60)
start_stream demo "udp://127.0.0.1:$main" source_timeout=1 "udp://127.0.0.1:$spare"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
playlist=http://127.0.0.1:$web_port/demo/index.m3u8
segments() { fetch "$playlist" | grep -vc '^#'; }
has_more() { (($(segments) >= $1)); }
grow() { wait_for 20 has_more $(($(segments) + $1)); }
wait_for 20 has_more 5
kill_wait main KILL
wait_for 20 grep -q "switched from .*:$main to .*:$spare" demo.ingest.log
grow 5
send main "$main"
wait_for 40 grep -q "switched from .*:$spare to .*:$main" demo.ingest.log
grow 5
check_sync "$playlist" 40
expect_eq 3 "$stretches" "stretches of two switches"
((flashes >= 12)) || fail "only $flashes flashes with their tones were found"
