#!/usr/bin/env bash
# The README's pipeline plays in GStreamer, as HLS and as MPEG-TS without end.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
wait_for 30 fetch "http://127.0.0.1:$web_port/demo/index.m3u8"
play_gstreamer "http://127.0.0.1:$web_port/demo/index.m3u8" 6
play_gstreamer "http://127.0.0.1:$web_port/demo/mpegts" 6
