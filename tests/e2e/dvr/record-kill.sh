#!/usr/bin/env bash
# A recorder that is killed again and again loses no frame: what was sent is what the archive has.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq

make_media sent.ts 16 -g 25 -bf 2
hub_options=(--segment-duration 1)
start_stream cam file://"$PWD/sent.ts"
wait_for 10 test -e "$FLU_RUN_DIR/live/cam/window.idx"

record() { start recorder flu-dvr record --root "$PWD/archive" --status cam; }

acknowledged() { grep -ho '{.*dvr_new_fragment.*}' acks ./recorder.log 2>/dev/null || true; }
kills=0
touch acks
while is_running cam.ingest; do
    record
    count=$(acknowledged | wc -l)
    # Sometimes before it has done anything, sometimes behind a segment or two.
    has_more() { (($(acknowledged | wc -l) - count >= kills % 3)) || ! is_running cam.ingest; }
    wait_for 10 has_more
    kill_wait recorder KILL
    acknowledged >acks.new
    mv acks.new acks
    kills=$((kills + 1))
done
expect test "$kills" -ge 5
# The hub keeps its window for as long as that is; the last recorder takes what no other has.
start_ready last flu-dvr record --root "$PWD/archive" --status cam
wait_exit cam.hub
expect_eq 0 "$status"
kill_wait last TERM
expect_eq 0 "$status" "the last recorder's exit code"

# Nothing is recorded twice, and each acknowledgement is told once.
expect_eq "$(jq -s 'length' acks)" "$(jq -s 'map(.seq) | unique | length' acks)" "acknowledgements"

decoded() { ffmpeg -v error -i "$1" -map 0:v -f framemd5 - | grep -v '^#' | awk '{print $NF}'; }
decoded sent.ts >sent
for blob in archive/cam/*/*/*/*.mp4; do decoded "$blob"; done >recorded
expect_eq 400 "$(wc -l <sent)"
expect cmp sent recorded
