#!/usr/bin/env bash
# The system clock is stepped by a second and by an hour, forth and back, while it runs 500 ppm fast; a camera sends at
# 70 % of its rate: the window stays monotonic, without phantom gaps and tiny segments, and says what its clock is worth.
. "$(dirname "$0")/../lib.sh"
need ffmpeg
window() { /usr/bin/python3 "$e2e_dir/segment/window.py" "$@"; }
live=$FLU_RUN_DIR/live

# Fields of a segment: seq disc_seq flags start duration. Flags: 1 DISCONT, 8 CLOCK_UNSURE.
segments() { window list "$live/$1"; }
count() { segments "$1" | wc -l; }
has() { (($(count "$1") >= $2)); }
more() { wait_for 30 has stepped $(($(count stepped) + $1)); }
marked() { segments stepped | awk '$3 % 2' | wc -l; }
unsure() { segments stepped | tail -n "$1" | awk 'int($3 / 8) % 2' | wc -l; }
tiny() { segments "$1" | awk 'NR > 1 && !(now % 2) && !($3 % 2) && length_before < 45000 {print} {now = $3; length_before = $5}'; }

make_media in.ts 30
hub_options=(--segment-duration 1 --segments 60)
stepped=udp://127.0.0.1:$(free_port)
slow=udp://127.0.0.1:$(free_port)
set_clock 0 500
start_stream slow "$slow"
mkfifo stepped.pipe
start stepped.hub bash -c 'shimmed flu-segment "$@" stepped <stepped.pipe' hub "${hub_options[@]}"
start stepped.ingest bash -c 'shimmed flu-ingest "$0" >stepped.pipe' "$stepped"
wait_for 20 grep -q reading stepped.ingest.log
wait_for 20 grep -q reading slow.ingest.log
start_lying stepped.sender in.ts "$stepped" --seconds 60
start_lying slow.sender in.ts "$slow" --seconds 60 0:pace:0.7

wait_for 30 has stepped 2
for step in 1 0 -1 0; do
    set_clock "$step" 500
    more 1
done
expect_eq 0 "$(marked)" 'discontinuities of steps by a second'
expect_eq 0 "$(unsure 6)" 'unsure segments after steps by a second'

set_clock 3600 500
more 2
expect_eq 1 "$(marked)" 'discontinuities of a step by an hour'
expect_eq 0 "$(unsure 1)" 'unsure segments after a step forward'
set_clock 0 500
more 3
expect_eq 1 "$(marked)" 'discontinuities of a step back by an hour'
expect_eq 1 "$(unsure 1)" 'unsure segments while the clock is behind'
set_clock 3600 500
more 3
expect_eq 1 "$(marked)" 'discontinuities when the clock came back'
expect_eq 0 "$(unsure 1)" 'unsure segments when the clock came back'

wait_for 20 has slow 12
for name in stepped slow; do
    expect is_running $name.hub
    expect window check "$live/$name" >/dev/null
    expect_eq '' "$(tiny $name)" "segments of $name below half of the target"
done
# As long as it took: 25 frames in 1.43 s, which the timeline has found out after ten seconds.
expect_eq 0 "$(segments slow | awk '$3 % 2' | wc -l)" 'discontinuities of a slow camera'
expect_match 'off by more than 1 %' "$(cat slow.ingest.log)"
late=$(segments slow | tail -n 1 | awk -v now="$(date +%s.%N)" '{print now - ($4 + $5) / 90000}')
awk -v late="$late" 'BEGIN {exit !(late > -1.5 && late < 5)}' || fail "the slow camera's newest segment ended $late s ago"
