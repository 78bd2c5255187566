#!/usr/bin/env bash
# A disk that is unmounted under the recorder, and comes back: nothing is written to the bare mount point. And one
# that is really full.
# ctest: timeout 250
FLU_TEST_SECONDS=230
# A mount namespace of its own, where the test may mount.
if [[ -z ${FLU_TEST_MOUNTS:-} ]]; then
    flag=-Urm
    ((EUID == 0)) && flag=-m
    if unshare "$flag" true 2>/dev/null; then FLU_TEST_MOUNTS=1 exec unshare "$flag" bash "$0"; fi
fi
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need jq
[[ -n ${FLU_TEST_MOUNTS:-} ]] || skip 'no mount namespace here'

hub_options=(--segment-duration 1)
start_stream cam fake://fake
mkdir disk root
mount --bind disk root
start recorder flu-dvr record --root "$PWD/root" --status cam

acknowledged() { grep -c dvr_new_fragment recorder.log || true; }
more_than() { (($(acknowledged) > $1)); }
told() { (($(grep -c "\"event\":\"$1\"" recorder.log) >= $2)); }
wait_for 20 more_than 2

umount -l root
wait_for 20 told dvr_failed 1
expect_match 'not mounted' "$(grep dvr_failed recorder.log)"
count=$(acknowledged)
counters() { grep -c '"type":"counters"' recorder.log; }
later=$(($(counters) + 3))
passed() { (($(counters) >= later)); }
wait_for 10 passed
expect_eq "" "$(ls -A root)" "the bare mount point"
expect_eq "$count" "$(acknowledged)"
mount --bind disk root
wait_for 20 told dvr_resumed 1
wait_for 20 more_than $((count + 3))
expect_match '"lost_segments":0' "$(grep dvr_resumed recorder.log)"
kill_wait recorder TERM
expect_eq 0 "$status"

# A recorder that starts while the disk is away waits for it; another disk in its place has to be adopted.
umount root
start late flu-dvr record --root "$PWD/root" --status cam
waits() { grep -q 'not mounted' late.log; }
wait_for 10 waits
expect_eq "" "$(ls -A root)" "the bare mount point"
mount -t tmpfs -o size=3M tmpfs root
expect_exit 0 flu-dvr adopt --root "$PWD/root"
recorded() { grep -q dvr_new_fragment late.log; }
wait_for 20 recorded

# Three MiB are full in some seconds; with room again it goes on where it was.
full() { grep dvr_failed late.log | grep -qi 'no space'; }
wait_for 40 full
expect is_running cam.hub
count=$(grep -c dvr_new_fragment late.log)
mount -o remount,size=64M root
goes_on() { (($(grep -c dvr_new_fragment late.log) > count + 3)); }
wait_for 30 goes_on
kill_wait late TERM
expect_eq 0 "$(jq -s 'map(select(.event == "dvr_new_fragment")) | sort_by(.start90) |
    [range(1; length) as $i | .[$i].start90 - .[$i - 1].start90 - .[$i - 1].duration * 90 | select(fabs > 200)] | length' \
    <(grep '^{' late.log))" "holes between what was acknowledged"
umount root

# With a limit the oldest goes instead, again and again.
mount -t tmpfs -o size=4M tmpfs root
flu-dvr adopt --root "$PWD/root"
start limited flu-dvr record --root "$PWD/root" --max-usage 90% --status cam
turned_over() {
    local all
    all=$(grep '^{' limited.log | jq -s 'map(select(.event == "dvr_new_fragment") | .size) | add // 0')
    ((all > 6000000))
}
wait_for 90 turned_over
expect_match 'dvr_deleted_fragments' "$(<limited.log)"
kill_wait limited TERM
expect_eq 0 "$status"
expect_exit 0 flu-dvr ls --root "$PWD/root" --json
expect_eq 1 "$(jq '.[0].ranges | length' out)" "what is left is one recording"
umount root
