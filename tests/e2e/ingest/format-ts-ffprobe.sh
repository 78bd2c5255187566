#!/usr/bin/env bash
# --format ts: what ffprobe, ffmpeg and another flu-ingest read is what was sent.
. "$(dirname "$0")/../lib.sh"
need ffprobe ffmpeg

count() { ffprobe -v error -count_packets -select_streams "$2" -show_entries stream=nb_read_packets -of csv=p=0 "$1" 2>/dev/null | grep -o '^[0-9]*' | head -n 1; }
make_media clip.ts 3 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts

flu-ingest --fast --format ts "file://$PWD/clip.ts" 2>file.log >out.ts
expect_eq "$(count clip.ts v)" "$(count out.ts v)" "pictures"
expect_eq "$(count clip.ts a)" "$(count out.ts a)" "audio frames"
expect_eq "" "$(ffmpeg -nostdin -v error -i out.ts -f null - 2>&1)" "decoding"
flu-ingest - <out.ts 2>again.log >again.mp4
expect_eq "$(count clip.ts v)" "$(count again.mp4 v)" "pictures of the second pass"

# A live pipe into a foreign program.
timeout --preserve-status 4 flu-ingest --format ts fake://fake 2>fake.log | ffprobe -v error -show_entries stream=codec_name -of csv=p=0 - >streams
expect_match 'h264' "$(cat streams)"
expect_match 'aac' "$(cat streams)"
