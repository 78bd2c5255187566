#!/usr/bin/env bash
# A machine that boots in 1970 plays at once, marked as of an unsure clock; when its clock is set, the stream goes on with
# one discontinuity and the right time.
. "$(dirname "$0")/../lib.sh"
need ffmpeg
window() { /usr/bin/python3 "$e2e_dir/segment/window.py" "$@"; }
folder=$FLU_RUN_DIR/live/booted

# Fields of a segment: seq disc_seq flags start duration. Flags: 1 DISCONT, 8 CLOCK_UNSURE.
segments() { window list "$folder"; }
has() { (($(segments | wc -l) >= $1)); }

make_media in.ts 30
source=udp://127.0.0.1:$(free_port)
set_clock $((100 - $(date +%s)))
mkfifo booted.pipe
start hub bash -c 'shimmed flu-segment --segment-duration 1 --segments 60 booted <booted.pipe'
start ingest bash -c 'shimmed flu-ingest "$0" >booted.pipe' "$source"
wait_for 20 grep -q reading ingest.log
start_lying sender in.ts "$source" --seconds 60
wait_for 20 has 2
set_clock 0
before=$(segments | wc -l)
wait_for 20 has $((before + 3))
expect is_running hub
expect window check "$folder" >/dev/null
expect_eq 1 "$(segments | awk '$3 % 2' | wc -l)" 'discontinuities'
expect_eq 1 "$(segments | awk 'NR == 1 && int($3 / 8) % 2' | wc -l)" 'first segments of an unsure clock'
segments | awk 'NR > 1 && $2 > last {set = 1} {last = $2} int($3 / 8) % 2 == set {print; bad = 1} END {exit bad}' ||
    fail 'a segment is marked wrongly'
late=$(segments | tail -n 1 | awk -v now="$(date +%s.%N)" '{print now - ($4 + $5) / 90000}')
awk -v late="$late" 'BEGIN {exit !(late > -2 && late < 10)}' || fail "the newest segment ended $late s ago"
