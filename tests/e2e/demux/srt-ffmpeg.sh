#!/usr/bin/env bash
# MPEG-TS over SRT, read by the reader that all MPEG-TS goes through, with its options.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

make_media in.ts 3 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a mp2 -f mpegts
port=$(free_port)
start server ffmpeg -nostdin -v info -re -i in.ts -c copy -f mpegts "srt://127.0.0.1:$port?mode=listener"
wait_for 10 bash -c "ss -Huln sport = :$port | grep -q ."
# SRT does not tell an end from a connection that broke.
timeout 30 flu-demux "srt://127.0.0.1:$port" pids=256 >out.mp4 2>err || true
expect_match 'the connection was closed' "$(cat err)"
expect_eq h264 "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 out.mp4)" "tracks that were asked for"
count=$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 out.mp4 | head -n 1)
((count >= 70 && count <= 75)) || fail "$count pictures of 75"

expect_exit 3 timeout 20 flu-demux "srt://127.0.0.1:$(free_port)" source_timeout=2
expect_match '^flu-demux: read srt://127' "$(cat err)"
