#!/usr/bin/env bash
# The README's pipeline plays in ffmpeg, as HLS and as MPEG-TS without end.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/demo

play_ffmpeg "$url/index.m3u8" 6
play_ffmpeg "$url/mpegts" 6
codecs=$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$url/index.m3u8" | sort -u | grep . | paste -sd ' ')
expect_eq 'aac h264' "$codecs" 'codecs'
