#!/usr/bin/env bash
# The archive of a clock that is stepped and runs fast, and of a camera that sends at 70 % of its rate: no phantom gap, no
# overlap, and an hour forward is one hole of an hour.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq

make_media in.ts 30
hub_options=(--segment-duration 1 --segments 60)
stepped=udp://127.0.0.1:$(free_port)
slow=udp://127.0.0.1:$(free_port)
set_clock 0 500
start_stream slow "$slow"
mkfifo stepped.pipe
start stepped.hub bash -c 'shimmed flu-segment "$@" stepped <stepped.pipe' hub "${hub_options[@]}"
start stepped.ingest bash -c 'shimmed flu-ingest "$0" >stepped.pipe' "$stepped"
start recorder bash -c 'shimmed flu-dvr record --root archive --status slow stepped'
wait_for 20 grep -q reading stepped.ingest.log
wait_for 20 grep -q reading slow.ingest.log
start_lying stepped.sender in.ts "$stepped" --seconds 60
start_lying slow.sender in.ts "$slow" --seconds 60 0:pace:0.7

segments() { grep '^{' recorder.log | jq -c "select(.event == \"dvr_new_fragment\" and .media == \"$1\")"; }
count() { segments "$1" | wc -l; }
has() { (($(count "$1") >= $2)); }
more() { wait_for 30 has stepped $(($(count stepped) + $1)); }
# Between each segment and the next, in whole seconds where it is more than two frames; below 0 is an overlap.
breaks() {
    segments "$1" | jq -s -c '[range(1; length) as $i | .[$i].start90 - .[$i - 1].start90 - .[$i - 1].duration * 90
        | select(fabs > 7200) | . / 90000 | round]'
}

more 2
for step in 1 0 -1 0; do
    set_clock "$step" 500
    more 1
done
expect_eq '[]' "$(breaks stepped)" 'breaks where the clock is stepped by a second'
set_clock 3600 500
has_break() { hole=$(breaks stepped) && [[ $hole != '[]' ]]; }
wait_for 30 has_break
expect_match '^\[3[56][0-9][0-9]\]$' "$hole" 'breaks where the clock is stepped forward by an hour'
set_clock 0 500
more 3
expect_eq "$hole" "$(breaks stepped)" 'breaks where it is stepped back'
set_clock 3600 500
more 2
expect_eq "$hole" "$(breaks stepped)" 'breaks when it has come back'
wait_for 20 has slow 12
expect_eq '[]' "$(breaks slow)" 'breaks of a slow camera'
kill_wait recorder TERM
expect_eq 0 "$status"
expect_match '"lost_segments":0' "$(grep '"type":"counters"' recorder.log | tail -n 1)"
