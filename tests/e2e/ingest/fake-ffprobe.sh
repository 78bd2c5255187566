#!/usr/bin/env bash
# fake:// shows the seconds of the clock, without a gap, over the full minute too.
# ctest: timeout 100
. "$(dirname "$0")/../lib.sh"
need ffprobe ffmpeg

packets() {  # FILE STREAM: pts dts flags, in ticks
    ffprobe -v error -select_streams "$2" -show_entries packet=pts,dts,flags -of csv=p=0 "$1" | cut -d, -f1-3 | grep .
}

started=$(date +%s)
# Long enough to pass the end of a minute whenever it is started near one, and in any case a few seconds.
seconds=$((10#$(date +%S) >= 40 ? 60 - 10#$(date +%S) + 4 : 6))
timeout --preserve-status "$seconds" flu-ingest fake://fake >out.mp4 2>ingest.log

video_frames=$(packets out.mp4 v | wc -l)
((video_frames >= (seconds - 2) * 25 && video_frames <= (seconds + 2) * 25)) || fail "$video_frames pictures in $seconds s"
first=$(packets out.mp4 v | sed -n 1p)
expect_eq 0 "$((${first%%,*} % 90000))" "the first picture begins a second"
expect_match ',K' "$first" "first picture"
begin=$((${first%%,*} / 90000))
((begin >= started - 1 && begin <= started + 2)) || fail "began at $begin, started at $started"

# Steady over the seam: every picture 3600 ticks after the one before, every audio frame 2880.
packets out.mp4 v | awk -F, 'NR > 1 && $2 - last != 3600 {print "picture", NR, $2 - last; bad = 1} {last = $2} END {exit bad}' || fail "pictures are not steady"
packets out.mp4 a | awk -F, 'NR > 1 && $2 - last != 2880 {print "sound", NR, $2 - last; bad = 1} {last = $2} END {exit bad}' || fail "sound is not steady"

# A key frame at each second of UTC, and it decodes without an error.
packets out.mp4 v | awk -F, '/K/ && $1 % 90000 {exit 1}' || fail "key frames are not at the seconds"
expect_eq "" "$(ffmpeg -nostdin -v error -i out.mp4 -f null - 2>&1)" "decoding"

# The beep is where the second begins: loud in its first 100 ms, silent afterwards.
volume() { ffmpeg -nostdin -v info -i out.mp4 -af "atrim=start=$1:end=$2,volumedetect" -vn -f null - 2>&1 | sed -n 's/.*max_volume: \(-\?[0-9.]*\) dB/\1/p'; }
loud=$(volume 2.02 2.08)  # ffmpeg counts from the first frame
quiet=$(volume 2.3 2.9)
awk -v loud="$loud" -v quiet="$quiet" 'BEGIN {exit !(loud > -20 && quiet < -40)}' || fail "beep $loud dB, pause $quiet dB"

# A clear word where there is no clip.
mkdir -p bin && cp "$(command -v flu-ingest)" bin/
start alone bin/flu-ingest fake://fake
wait_for 10 grep -q 'fake.ts is missing' alone.log
