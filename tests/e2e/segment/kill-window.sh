#!/usr/bin/env bash
# ctest: timeout 200
# kill -9 at thirty instants, with input at full speed, so that many fall into a cut: each successor finds the
# window as it was and at most one segment more, and its own first segment is the one discontinuity.
. "$(dirname "$0")/../lib.sh"
need ffmpeg
window() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" "$@"; }
folder=$FLU_RUN_DIR/live/x

make_media in.ts 30 -c:v libx264 -preset ultrafast -bf 2 -g 12 -pix_fmt yuv420p -c:a aac -b:a 64k
last_seq() { window list "$folder" | tail -n 1 | cut -d ' ' -f 1; }
grew() { (($(last_seq) >= ${1:-0} + 1)); }

RANDOM=7
: >before
for round in {1..30}; do
    start hub flu-segment --segment-duration 0.5 --segments 3000 --stay x <in.ts
    ready() { [[ -S $folder/in.sock ]]; }
    wait_for 20 ready
    ((round == 1)) && wait_for 20 grew 0
    sleep "0.$((RANDOM % 90 + 10))"
    signal_group KILL "$(pid_of hub)"
    wait_exit hub
    expect window check "$folder" >/dev/null
    window list "$folder" >after
    # Nothing published has changed or gone.
    comm -23 <(sort before) <(sort after) >gone
    [[ ! -s gone ]] || fail "round $round: gone or changed: $(cat gone)"
    cp after before
done
window list "$folder" | awk 'NR > 1 && $1 != last + 1 { print "hole before " $1; exit 1 } { last = $1 }' ||
    fail 'numbers have holes'
# One discontinuity a restart that got as far as a segment, never two.
window list "$folder" | awk '$3 % 2 { count++ } END { exit count < 5 || count > 29 }' ||
    fail "discontinuities: $(window list "$folder" | awk '$3 % 2' | wc -l)"
ls "$folder"/*.new 2>/dev/null && fail 'temporary files stay'
start hub flu-segment --no-stdin --segments 3000 x
closed() { [[ -S $folder/in.sock && ! -e $folder/cur.mp4 && ! -e $folder/prev.mp4 ]]; }
wait_for 20 closed
expect window check "$folder" >/dev/null
kill_wait hub
