#!/usr/bin/env bash
# hls.js in Chromium plays the stream from another origin: its time moves, with no fatal error.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
wait_for 30 fetch "http://127.0.0.1:$web_port/demo/index.m3u8"
play_browser "http://127.0.0.1:$web_port/demo/index.m3u8" 6
