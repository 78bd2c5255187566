#!/usr/bin/env bash
# What flu-demux reads is a source like any other: in real time, over and over without a gap, out of a location, with
# its reason when it fails; and no process is left of it.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

make_media in.mp4 2 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
steps() {  # FILE: distances of the video's decoding times that are not a frame's
    ffprobe -v error -select_streams v -show_entries packet=dts -of csv=p=0 "$1" | awk 'NR > 1 && ($1 - last < 3500 || $1 - last > 3700) { print $1 - last } { last = $1 }'
}

# Real time: 2 s take 2 s.
before=$(date +%s%N)
flu-ingest file://in.mp4 >paced.mp4 2>paced.log
took=$((($(date +%s%N) - before) / 1000000))
((took > 1700 && took < 8000)) || fail "2 s were played in $took ms"
expect_eq "" "$(steps paced.mp4)" "uneven steps"

# Again and again: at least three times, no gap.
start loop bash -c 'exec flu-ingest --loop file://in.mp4 >loop.mp4'
has_looped() { (($(grep -c 'begins again' loop.log) >= 2)); }
wait_for 30 has_looped
child=$(pgrep -P "$(pid_of loop)" flu-demux || true)
kill_wait loop
expect_eq 0 "$status" "exit code of a stop"
expect_eq "" "$(steps loop.mp4)" "gaps of a looped file"
[[ -z $child || ! -d /proc/$child ]] || fail "flu-demux $child outlived flu-ingest"

# Killed itself, it takes its child with it.
start mute /usr/bin/python3 -c 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(100)'
wait_for 10 test -s mute.log
start waiting bash -c "exec flu-ingest rtsp://u:hunter2@127.0.0.1:$(cat mute.log)/x >/dev/null"
wait_for 10 pgrep -P "$(pid_of waiting)" flu-demux
child=$(pgrep -P "$(pid_of waiting)" flu-demux)
# A child that is killed is a source that is lost, and is tried again.
kill -KILL "$child"
wait_for 10 grep -q 'flu-demux was ended by signal 9' waiting.log
wait_for 10 pgrep -P "$(pid_of waiting)" flu-demux
child=$(pgrep -P "$(pid_of waiting)" flu-demux)
kill -KILL "$(pid_of waiting)"
wait_for 10 bash -c "[[ ! -d /proc/$child || \$(ps -o stat= -p $child) == Z* ]]"
grep -q hunter2 waiting.log && fail "told the secret"

# The reason of the child is ours.
printf '\0\0\0\20ftypisom\0\0\0\0 and then nothing' >broken.mp4
expect_exit 4 flu-ingest file://broken.mp4
expect_match 'flu-ingest: read file://broken.mp4: not what was expected' "$(cat err)"
expect_exit 2 flu-ingest rtmp://host/only
expect_match 'APPLICATION/STREAM' "$(cat err)"

# Locations: the first directory that has the file, and no way out.
mkdir -p one two
cp in.mp4 two/clip.mp4
ln -s ../in.mp4 two/out.mp4
flu-ingest --fast --location vod=one --location vod="$PWD/two" file://vod/clip.mp4 >located.mp4 2>located.log
expect_eq "" "$(steps located.mp4)" "uneven steps"
expect_exit 1 flu-ingest --location vod=two file://vod/none.mp4
expect_match 'file://vod/none.mp4: no such file' "$(cat err)"
expect_exit 2 flu-ingest --location vod=two file://vod/../in.mp4
flu-ingest --fast --location vod=two file://vod/out.mp4 >out 2>err && fail "a link led out of its location"
expect_match 'leads out of its location' "$(cat err)"
