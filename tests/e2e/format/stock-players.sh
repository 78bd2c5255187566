#!/usr/bin/env bash
# A flu stream and a stored segment are the same media to ffmpeg, GStreamer and VLC as the file they came from.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/clients/players.sh
. "$e2e_dir/clients/players.sh"
need ffmpeg
flu_tool=$FLU_BUILD/tests/support/flu_tool
[[ -x $flu_tool ]] || skip "flu_tool is not built"

make_fragmented() {  # NAME CODEC OPTIONS…
    ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=s=320x180:r=25 -f lavfi -i sine=r=48000 -t 4 -strict -2 "${@:2}" \
        -f mp4 -movflags +frag_keyframe+empty_moov+default_base_moof+delay_moov "$1.mp4"
}
decoded() {  # FILE: a hash of each stream's decoded media
    ffmpeg -nostdin -v error -xerror -i "$1" -map 0 -f streamhash -hash md5 -
}
check() {  # NAME
    "$flu_tool" flu <"$1.mp4" >"$1.flu.mp4"
    "$flu_tool" segment <"$1.mp4" >"$1.segment.mp4"
    "$flu_tool" segment-dump <"$1.segment.mp4" >/dev/null
    expect_eq "$(decoded "$1.mp4")" "$(decoded "$1.flu.mp4")" "$1: the flu stream decoded"
    expect_eq "$(decoded "$1.mp4")" "$(decoded "$1.segment.mp4")" "$1: the segment decoded"
}

make_fragmented h264-aac -c:v libx264 -g 50 -bf 2 -c:a aac
check h264-aac
for file in h264-aac.flu.mp4 h264-aac.segment.mp4; do
    start=$(ffprobe -v error -show_entries stream=start_pts,time_base -of csv=p=0 -select_streams v "$file")
    expect_eq 1/90000,158741550000000 "$start" "UTC in $file"
    play_gstreamer "file://$PWD/$file" 2
    play_vlc "$file" 2
done

make_fragmented negative-offsets -c:v libx264 -g 25 -bf 3 -c:a aac -movflags +negative_cts_offsets
check negative-offsets
make_fragmented open-gop -c:v libx264 -x264-params open-gop=1:bframes=3 -g 25 -c:a libopus
check open-gop
expect_match 'sap=3' "$("$flu_tool" dump <open-gop.flu.mp4)" "an open GOP is told apart"
make_fragmented hevc-ac3 -c:v libx265 -x265-params log-level=error -c:a ac3
check hevc-ac3
make_fragmented h264-eac3 -c:v libx264 -c:a eac3
check h264-eac3
make_fragmented mpeg2-mp3 -c:v mpeg2video -aspect 16:9 -c:a libmp3lame
check mpeg2-mp3
# ffmpeg writes MP2 as it writes MP3 and decodes it as such; ours says what it is.
make_fragmented mpeg2-mp2 -c:v mpeg2video -c:a mp2
expect_match ' mp2 ' "$("$flu_tool" dump <mpeg2-mp2.mp4)" "MP2 is told from MP3"
