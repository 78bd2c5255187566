#!/usr/bin/env bash
# The README's pipeline plays in GStreamer, as HLS and as MPEG-TS without end.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1

# Its HLS demuxer never recovers from a first playlist of one segment ("contains one fragment, can't advance").
has_three_segments() { (($(fetch "http://127.0.0.1:$web_port/demo/index.m3u8" | grep -c EXTINF) >= 3)); }
wait_for 40 has_three_segments
play_gstreamer "http://127.0.0.1:$web_port/demo/index.m3u8" 6
play_gstreamer "http://127.0.0.1:$web_port/demo/mpegts" 6
