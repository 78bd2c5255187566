#!/usr/bin/env bash
# Two senders and a backup: the second takes over, the first is taken back without a gap, the backup plays, marked,
# while both are silent. Each switch is one discontinuity, and its pictures begin with a key frame.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq python3

video=(-c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -f mpegts)
make_media main.ts 20 "${video[@]}" -c:a aac
make_media spare.ts 20 "${video[@]}" -s 256x144 -c:a mp2 -ar 48000
make_media backup.ts 30 "${video[@]}" -s 128x72 -c:a aac

main_port=$(free_port)
spare_port=$(free_port)
send() { start "$1" ffmpeg -nostdin -v error -re -stream_loop -1 -i "$1.ts" -c copy -f mpegts "udp://127.0.0.1:$2?pkt_size=1316"; }
event() { grep -a '"type":"event"' cam.ingest.log | grep -ac "\"event\":\"$1\".*$2"; }
has_event() { (($(event "$1" "$2") >= ${3:-1})); }
segments() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" list "$FLU_RUN_DIR/live/cam"; }
count_segments() { segments | wc -l; }
has_more() { (($(count_segments) >= $1)); }

send main "$main_port"
send spare "$spare_port"
hub_options=(--segments 200 --segment-duration 1)
start_stream cam --status --frames-timeout 0.5 --backup "file://$PWD/backup.ts" \
    "udp://127.0.0.1:$spare_port" priority=2 source_timeout=1 "udp://127.0.0.1:$main_port" priority=1 source_timeout=1
wait_for 20 has_event source_ready "$main_port"
wait_for 20 has_more 3

# The first falls silent: told at 0.5 s, given up at 1 s.
kill_wait main KILL
wait_for 20 has_event source_switch "$spare_port"
expect has_event frames_timed_out "$main_port"
expect has_event source_lost "$main_port"
at=$(count_segments)
wait_for 20 has_more $((at + 2))

# It is back, and taken back.
send main "$main_port"
wait_for 40 has_event source_switch "\"url\":\"udp://127.0.0.1:$main_port"
expect_eq 2 "$(event source_switch .)" "switches"
expect_eq 1 "$(event source_lost .)" "sources lost: one that is left for a better one is none"
at=$(count_segments)
wait_for 20 has_more $((at + 2))

# Both are silent.
kill_wait spare KILL
kill_wait main KILL
wait_for 30 has_event stream_backup backup.ts
at=$(count_segments)
wait_for 20 has_more $((at + 2))
send main "$main_port"
wait_for 30 has_event source_switch "\"from\":\"file://.*\"url\":\"udp://127.0.0.1:$main_port"
at=$(count_segments)
wait_for 20 has_more $((at + 2))
expect is_running cam.ingest

expect /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" check "$FLU_RUN_DIR/live/cam" >checked
segments >list
# seq disc_seq flags start duration size sap: 1 is DISCONT, 2 is SLATE.
breaks=$(awk 'NR > 1 && $3 % 2 == 1' list | wc -l)
expect_eq 4 "$breaks" "discontinuities of four switches"
slates=$(awk 'int($3 / 2) % 2 == 1' list | wc -l)
((slates >= 2)) || fail "$slates segments of the backup are marked"
awk 'int($3 / 2) % 2 == 1 {seen = 1; if (over) exit 1} int($3 / 2) % 2 == 0 && seen {over = 1}' list ||
    fail "others than those of the backup are marked"
awk '$7 == 0' list | grep . && fail "a segment begins without a key frame"
# Taken back: the one ends where the other begins, but for what the last picture and the network take.
awk 'NR > 1 && $3 % 2 == 1 {gaps[++breaks] = ($4 - end) / 90000} {end = $4 + $5}
     END {exit gaps[2] > 0.3}' list || fail "a gap where nothing was lost"
