#!/usr/bin/env bash
# Clients that mean no good, of every kind in turn; who plays beside them notices nothing, and nothing is kept of them.
. "$(dirname "$0")/../lib.sh"

# What is freed is kept by the sanitizer: little of it, so that memory can be measured.
export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64:$ASAN_OPTIONS
make_media clip.ts 10
hub_options=(--segment-duration 1)
start_stream a/cam --loop "file://$PWD/clip.ts"
ulimit -n 8000
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
wait_for 30 fetch "http://127.0.0.1:$web_port/a/cam/index.m3u8"
worker=$(pgrep -P "$(pid_of web)" | head -n 1)
/usr/bin/python3 "$e2e_dir/clients/hostile.py" "$web_port" a/cam "$worker" "$FLU_RUN_DIR"
expect_eq "$worker" "$(pgrep -P "$(pid_of web)" | head -n 1)" 'the worker, still the same'
