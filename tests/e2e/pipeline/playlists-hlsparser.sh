#!/usr/bin/env bash
# A strict validator follows the live playlists for several targets and finds nothing to complain of.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

hub_options=(--segment-duration 2)
start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
check_hls "http://127.0.0.1:$web_port/demo/index.m3u8" 24 min_segments=8
for name in mono playlist; do
    check_hls "http://127.0.0.1:$web_port/demo/$name.m3u8" 5 min_segments=2
done
