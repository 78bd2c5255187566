#!/usr/bin/env bash
# What the recorder has said to be safe survives a power cut at any moment, also one during a recovery.
# ctest: timeout 300
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq

make_media sent.ts 20 -g 25 -bf 2
hub_options=(--segment-duration 1)
for name in cam hall/2; do
    start_stream "$name" file://"$PWD/sent.ts"
    wait_for 10 test -e "$FLU_RUN_DIR/live/${name/\//+}/window.idx"
done

acknowledged() { cat recorder*.log 2>/dev/null | grep -c dvr_new_fragment || true; }
for life in 1 2 3; do
    start "recorder$life" bash -c 'disked flu-dvr record --root "$disk_root/new/archive" --status cam hall/2'
    count=$(acknowledged)
    has_more() { (($(acknowledged) >= count + 4)); }
    wait_for 20 has_more
    kill_wait "recorder$life" KILL
done

expect "$FLU_BUILD/tests/support/power_cut_check" "$disk_log" 150 "${FLU_SEED:-1}" new/archive
