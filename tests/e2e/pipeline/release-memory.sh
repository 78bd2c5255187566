#!/usr/bin/env bash
# ctest: serial
# A stream's two programs keep at most 3 MiB of private memory between them, as optimised and fed in real time.
. "$(dirname "$0")/../lib.sh"
PATH=$FLU_RELEASE_BIN:$PATH

make_media in.ts 10 -c:v libx264 -preset ultrafast -b:v 2500k -minrate 2500k -maxrate 2500k -bufsize 1M -nal-hrd cbr -g 25 \
    -pix_fmt yuv420p -c:a aac
hub_options=(--segment-duration 1)
start_stream demo --loop "file://$test_dir/in.ts"

index=$FLU_RUN_DIR/live/demo/window.idx
changed() { [[ -s $index && $(sha256sum "$index") != "$was" ]]; }
for _ in {1..12}; do  # twelve segments: the window is full and turns over
    was=$(sha256sum "$index" 2>/dev/null || true)
    wait_for 20 changed
done

# What a second stream would cost: clean pages are those of the program's file, which all its processes share.
private_kib() { awk '/^Private_Dirty/ { print $2 }' "/proc/$1/smaps_rollup"; }
ingest=$(private_kib "$(pid_of demo.ingest)")
hub=$(private_kib "$(pid_of demo.hub)")
echo "flu-ingest $ingest KiB, flu-segment $hub KiB"
((ingest + hub <= 3 * 1024)) || fail "$ingest + $hub KiB are more than 3 MiB"
