#!/usr/bin/env bash
# --loop: one discontinuity a pass, and a timeline that goes on as if there were none.
. "$(dirname "$0")/../lib.sh"
need ffprobe ffmpeg

make_media clip.ts 2 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
timeout --preserve-status 7 flu-ingest --loop "file://$PWD/clip.ts" >out.mp4 2>ingest.log
expect_eq 3 "$(grep -c 'discontinuity: the file begins again' ingest.log)" "passes"

dts() { ffprobe -v error -select_streams "$1" -show_entries packet=dts -of csv=p=0 out.mp4 | cut -d, -f1 | grep .; }
for stream in v a; do
    # Never back, and no more than two frames apart at the seam.
    dts $stream | awk 'NR > 1 && ($1 <= last || $1 - last > 7300) {print NR, $1 - last; bad = 1} {last = $1} END {exit bad}' \
        || fail "$stream is not continuous"
done
frames=$(dts v | wc -l)
((frames > 140 && frames < 190)) || fail "$frames pictures in 7 s"
# Picture and sound stay together: both end within 300 ms (ffmpeg puts up to 200 ms of sound in a PES).
expect awk -v v="$(dts v | tail -n 1)" -v a="$(dts a | tail -n 1)" 'BEGIN {d = v - a; exit !(d < 27000 && d > -27000)}'
