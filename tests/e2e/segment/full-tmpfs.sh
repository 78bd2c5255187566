#!/usr/bin/env bash
# A full file system: the window drops to three segments, says so, and the stream goes on.
. "$(dirname "$0")/../lib.sh"
need ffmpeg unshare

if [[ -z ${INSIDE_TMPFS:-} ]]; then
    unshare -Urm true 2>/dev/null || unshare -m true 2>/dev/null || skip 'no mount namespace here'
    flag=-Urm
    ((EUID == 0)) && flag=-m
    export INSIDE_TMPFS=1
    make_media in.ts 60 -c:v libx264 -preset ultrafast -b:v 2M -minrate 2M -maxrate 2M -bufsize 1M -x264-params nal-hrd=cbr -g 25 -pix_fmt yuv420p -c:a aac
    export media=$PWD/in.ts
    unshare "$flag" bash "$test_script"
    exit
fi
window() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" "$@"; }
mkdir -p "$FLU_RUN_DIR"
mount -t tmpfs -o size=3m tmpfs "$FLU_RUN_DIR"
folder=$FLU_RUN_DIR/live/x
start hub flu-segment --status --segment-duration 1 --segments 20 --stay x <"$media"
wait_for 30 grep -q '"event":"window_full"' hub.log
went_through() { grep -q 'the producer left' hub.log && tail -n 1 hub.log | grep -q '"is_playing":false'; }
wait_for 40 went_through
is_running hub || fail 'the hub died'
expect window check "$folder" >count
(($(cat count) >= 1 && $(cat count) <= 4)) || fail "$(cat count) segments in a full window"
expect_eq 1 "$(grep -c '"event":"window_full"' hub.log)" 'events, though every segment is one too many'
# It came to the end of its input: a minute of it.
expect_match '"segments":(59|60),' "$(grep '"type":"counters"' hub.log | tail -n 1)" 'segments published'
kill_wait hub
expect_eq 0 "$status" 'exit code'
umount "$FLU_RUN_DIR"
