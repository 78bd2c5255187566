#!/usr/bin/env bash
# A source that lies about its times: one discontinuity a jump and not a frame of time made up or lost; none over the
# end of 33 bits; whatever else is wrong with timestamps, the stream goes on and is whole again after it.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
window() { /usr/bin/python3 "$e2e_dir/segment/window.py" "$@"; }
live=$FLU_RUN_DIR/live

make_media in.ts 30
hub_options=(--segment-duration 1 --segments 5 --segment-count 60)
for name in jumps wrap odd; do
    declare "$name=udp://127.0.0.1:$(free_port)"
    start_stream "$name" "${!name}"
done
for name in jumps wrap odd; do wait_for 20 grep -q reading "$name.ingest.log"; done
start_ready web flu-serve --http 127.0.0.1:0 --workers 1

start_lying jumps.sender in.ts "$jumps" --seconds 19.9 4k:jump:10 7k:jump:-10 10k:jump:93600 13.5:jump:-93600
start_lying wrap.sender in.ts "$wrap" --start wrap-5 --seconds 17.9
start_lying odd.sender in.ts "$odd" --seconds 22 3:shuffle:1 5:nopts:1 7:random:1 9:mute:2 12:pcr:-30 13:pcr:30 \
    13:double:0.5 14:counters:0.5 15:garbage:100000 16:loss:1:5
check_hls "http://127.0.0.1:$web_port/jumps/index.m3u8" 17 min_segments=12 discontinuities=4
for name in jumps wrap odd; do wait_exit $name.sender; done
segments() { window list "$live/$1"; }
has_segments() { (($(segments "$1" | wc -l) >= $2)); }
wait_for 10 has_segments jumps 18
wait_for 10 has_segments wrap 16
for name in jumps wrap odd; do
    expect is_running $name.ingest
    expect is_running $name.hub
    expect window check "$live/$name" >/dev/null
done

# Fields: seq disc_seq flags start duration. What is marked follows without a gap, after the last jump, in the middle of
# a group of pictures, too.
expect_eq 4 "$(grep -c 'discontinuity: timestamps jumped' jumps.ingest.log)" 'discontinuities of 4 jumps'
expect_eq 4 "$(segments jumps | awk '$3 % 2' | wc -l)" 'segments marked by 4 jumps'
segments jumps | awk '
    NR > 1 && ($4 - end > 3600 || end - $4 > 3600) {print "gap of", $4 - end; bad = 1} {end = $4 + $5} END {exit bad}' ||
    fail 'jumps leave a gap'
length=$(segments jumps | awk 'NR == 1 {start = $4} {end = $4 + $5} END {print (end - start) / 3600}')
awk -v n="$length" 'BEGIN {exit !(n > 470 && n < 499)}' || fail "$length frames of time for 19.9 s less the last segment"

expect_eq 0 "$(segments wrap | awk '$3 % 2' | wc -l)" 'segments marked over the wrap'
segments wrap | awk '$5 < 89900 || $5 > 90100 {print; bad = 1} END {exit bad}' || fail 'a segment over the wrap is no second long'

# After the last lie there were 5 s of truth.
segments odd | tail -n 3 | awk '$3 % 2 || $5 < 86000 || $5 > 94000 {print; bad = 1} END {exit bad}' ||
    fail 'the stream is not whole after the lies'
marked=$(segments odd | awk '$3 % 2' | wc -l)
((marked <= 8)) || fail "$marked segments are marked: a storm"
