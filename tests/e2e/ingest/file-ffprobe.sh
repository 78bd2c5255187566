#!/usr/bin/env bash
# Every frame of a file comes out again, whatever the codec: counted by ffprobe on both sides.
. "$(dirname "$0")/../lib.sh"
need ffprobe ffmpeg

count() {  # FILE STREAM
    ffprobe -v error -count_packets -select_streams "$2" -show_entries stream=nb_read_packets -of csv=p=0 "$1" 2>/dev/null | grep -o '^[0-9]*' | head -n 1
}

check() {  # NAME FFMPEG OPTIONS…
    local name=$1
    shift
    make_media "$name.ts" 3 "$@" -f mpegts
    flu-ingest --fast "file://$PWD/$name.ts" >"$name.mp4" 2>"$name.log" || fail "$name: exit $?"
    expect_eq "$(count "$name.ts" v)" "$(count "$name.mp4" v)" "$name: pictures"
    expect_eq "$(count "$name.ts" a)" "$(count "$name.mp4" a)" "$name: audio frames"
    grep -q discontinuity "$name.log" && fail "$name: $(cat "$name.log")"
    return 0
}

check h264-aac -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
check h264-mp2 -c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a mp2
check hevc-ac3 -c:v libx265 -x265-params log-level=none -preset ultrafast -g 25 -pix_fmt yuv420p -c:a ac3
check mpeg2-mp3 -c:v mpeg2video -g 12 -bf 2 -c:a libmp3lame
check h264-eac3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a eac3
check h264-opus -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a libopus
check h264-latm -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -mpegts_flags +latm
check m2ts -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a ac3 -mpegts_m2ts_mode 1

# The same frames in the same order: decoded pictures are equal, from a file, a relative path and standard input.
pictures() { ffmpeg -nostdin -v error -i "$1" -map 0:v -f framemd5 - | grep -v '^#' | awk -F, '{print $NF}' | sha256sum; }
expect_eq "$(pictures h264-aac.ts)" "$(pictures h264-aac.mp4)" "decoded pictures"
flu-ingest - <h264-aac.ts >stdin.mp4 2>stdin.log
expect_eq "$(pictures h264-aac.ts)" "$(pictures stdin.mp4)" "decoded pictures from standard input"
# shellcheck disable=SC2002  # a pipe is what is tested
cat h264-aac.ts | flu-ingest - 2>>stdin.log | cat >pipe.mp4
expect_eq "$(count h264-aac.ts v)" "$(count pipe.mp4 v)" "pictures through pipes"
flu-ingest --fast file://h264-aac.ts >relative.mp4 2>relative.log
expect_eq "$(count h264-aac.ts v)" "$(count relative.mp4 v)" "pictures of a relative path"

# A reader that is slow loses nothing with --fast.
flu-ingest --fast "file://$PWD/h264-aac.ts" 2>slow.log | (sleep 1; cat) >slow.mp4
expect_eq "$(count h264-aac.ts v)" "$(count slow.mp4 v)" "pictures for a slow reader"

# Real time by default: 3 s take 3 s.
before=$(date +%s%N)
flu-ingest "file://$PWD/h264-aac.ts" >paced.mp4 2>paced.log
took=$((($(date +%s%N) - before) / 1000000))
((took > 2500 && took < 6000)) || fail "3 s were played in $took ms"
expect_eq "$(count h264-aac.ts v)" "$(count paced.mp4 v)" "pictures in real time"

# Two files, one after the other, are one stream with one discontinuity.
flu-ingest --fast "file://$PWD/h264-aac.ts" "file://$PWD/h264-mp2.ts" >both.mp4 2>both.log
expect_eq 1 "$(grep -c discontinuity both.log)" "discontinuities of two files"
