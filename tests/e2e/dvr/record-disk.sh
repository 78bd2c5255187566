#!/usr/bin/env bash
# A disk that is slow, full, read-only or broken costs recordings alone: it is told, nothing live notices, and
# when it is well again everything that came meanwhile is recorded, without a restart.
# ctest: timeout 200
FLU_TEST_SECONDS=180
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq curl

hub_options=(--segment-duration 1)
start_stream cam fake://fake
start_ready serve flu-serve --http 0
start recorder bash -c 'disked flu-dvr record --root "$disk_root/archive" --status cam'

acknowledged() { grep -c dvr_new_fragment recorder.log || true; }
more_than() { (($(acknowledged) > $1)); }
wait_for 20 more_than 2

failures() { grep -c '"event":"dvr_failed"' recorder.log || true; }
resumptions() { grep -c '"event":"dvr_resumed"' recorder.log || true; }
# RULE…: what is wrong; the stream is live meanwhile, and goes on being recorded behind it.
sick() {
    local failed resumed count
    failed=$(failures)
    resumed=$(resumptions)
    set_disk "$@"
    failed_again() { (($(failures) > failed)); }
    wait_for 20 failed_again
    newest() { fetch "http://127.0.0.1:$serve_port/cam/index.m3u8" | tail -n 1; }
    count=$(newest)
    moves() { [[ $(newest) != "$count" ]]; }
    wait_for 10 moves
    count=$(acknowledged)
    set_disk
    resumed_again() { (($(resumptions) > resumed)); }
    wait_for 25 resumed_again
    wait_for 20 more_than "$count"
}
sick 'fdatasync,fsync,syncfs fail EIO'
sick 'write fail EIO'
sick 'write,allocate fail ENOSPC' 'mkdir fail ENOSPC'
sick 'open,mkdir,write,rename fail EROFS'
expect_match '"lost_segments":0' "$(grep dvr_resumed recorder.log | tail -n 1)"

# 500 ms a write is slow, and no failure.
failed=$(failures)
set_disk 'write delay 500'
count=$(acknowledged)
wait_for 30 more_than $((count + 3))
set_disk
expect_eq "$failed" "$(failures)" "failures"

kill_wait recorder TERM
expect_eq 0 "$status"
# All of it is there, each frame behind the other: one recording without a hole.
expect_eq 0 "$(jq -s 'map(select(.event == "dvr_new_fragment")) | sort_by(.start90) |
    [range(1; length) as $i | .[$i].start90 - .[$i - 1].start90 - .[$i - 1].duration * 90 | select(fabs > 200)] | length' \
    <(grep '^{' recorder.log))" "holes between what was acknowledged"
for blob in "$disk_root"/archive/cam/*/*/*/*.mp4; do
    expect_eq "" "$(ffmpeg -v error -i "$blob" -f null - 2>&1)" "$blob"
done
