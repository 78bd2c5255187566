#!/usr/bin/env bash
# What is recorded goes when it is old, but not what is locked or being recorded; killed at any moment, cleaning is
# finished by the next one.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq

make_media in.ts 16 -g 25 -bf 2
hub_options=(--segment-duration 1)
dvr() { flu-dvr "$@" --root "$PWD/archive"; }
deleted() { dvr cleanup --json "$@" | jq -r '.deleted | length'; }
has() { (($(grep -c dvr_new_fragment "$1.log") >= $2)); }

expect_exit 1 dvr cleanup --depth 1h
expect_match 'archive' "$(cat err)"
expect test ! -e archive

# Two hours ago, and now.
set_clock -7200
mkfifo old.pipe
start old.hub bash -c 'shimmed flu-segment "$@" old <old.pipe' hub "${hub_options[@]}"
start old.ingest bash -c 'shimmed flu-ingest "$0" >old.pipe' "file://$PWD/in.ts"
start_stream cam "file://$PWD/in.ts"
start recorder flu-dvr record --root "$PWD/archive" --status old cam
wait_for 30 has recorder 12

# What is being recorded stays, however old it is.
expect_eq 0 "$(deleted --depth 1s)" 'hours deleted under their recorder'
wait_exit old.ingest
wait_exit old.hub
wait_exit cam.ingest
wait_exit cam.hub
kill_wait recorder TERM
expect_eq 0 "$status"
expect test "$(find archive -name '*.mp4' | wc -l)" -ge 2

# By age; a dry run says the same, and does nothing.
dvr cleanup --depth 1h --dry-run >dry
expect_match 'old: older than 1h' "$(cat dry)"
expect_match 'would be deleted' "$(cat dry)"
expect test -e archive/old/hours.idx
hours=$(find archive/old -name '*.idx' -path '*/20*' | wc -l)

# Locked, to whole segments.
start=$(grep -h dvr_new_fragment recorder.log | jq -s 'map(select(.media == "old")) | .[1].start90 / 90000 + 0.5')
locked=$(dvr lock old --from "$(printf %.3f "$start")" --duration 3.2 --json)
expect_eq true "$(jq '.duration > 3.2 and .duration < 8' <<<"$locked")" "$locked"
expect_eq "$(jq -c '[.from, .duration]' <<<"$locked")" "$(dvr locks old --json | jq -c '.[0].locks[0] | [.from, .duration]')"
expect_eq $((hours - 1)) "$(deleted --depth 1h)" 'hours deleted beside the locked one'
expect_eq 0 "$(deleted --depth 1h)"
dvr unlock old --from "$(jq .from <<<"$locked")" --duration "$(jq .duration <<<"$locked")"
expect_eq 0 "$(dvr locks --json | jq '[.[].locks[]] | length')"

# Killed again and again.
for wait in 0.02 0.05 0.1; do
    start cleaner flu-dvr cleanup --depth 1h --root "$PWD/archive"
    sleep "$wait"
    kill_wait cleaner KILL
done
dvr cleanup --depth 1h
expect_eq 0 "$(deleted --depth 1h)" 'left by what was killed'
expect_eq '' "$(find archive/old -mindepth 1 -type d)" 'folders that are left'
expect test -n "$(find archive/cam -name '*.mp4')"

# By size and by what the disk holds: a limit that is not reached deletes nothing.
expect_eq 0 "$(deleted --max-size 1T --max-usage 100%)"
expect_exit 2 dvr cleanup --depth 5
expect_exit 1 dvr cleanup nothing
expect test "$(deleted cam --max-size 1K)" -ge 1
expect_eq '' "$(find archive/cam -name '*.mp4')"

# Where the disk is not mounted, nothing is looked for.
mv archive disk
mkdir archive
expect_exit 3 dvr cleanup --depth 1h
expect_match 'not mounted' "$(cat err)"
