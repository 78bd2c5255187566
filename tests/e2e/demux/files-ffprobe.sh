#!/usr/bin/env bash
# ctest: timeout 200
# What a file of another container holds comes out frame by frame, with its order and its times: counted, decoded
# and measured by ffprobe and ffmpeg on both sides.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

# FFmpeg costs memory: it stays out of the processes that every stream has.
for program in flu-ingest flu-segment flu-serve; do
    ldd "$(command -v "$program")" | grep -q libav && fail "$program links libav"
done

count() {  # FILE STREAM
    ffprobe -v error -count_packets -select_streams "$2" -show_entries stream=nb_read_packets -of csv=p=0 "$1" 2>/dev/null | grep -o '^[0-9]*' | head -n 1
}
pictures() { ffmpeg -nostdin -v error -i "$1" -map 0:v -fps_mode passthrough -f framemd5 - | grep -v '^#' | awk -F, '{print $NF}' | sha256sum; }
first_pts() {  # FILE STREAM: the earliest, ms; what an edit list cuts off does not count
    ffprobe -v error -select_streams "$2" -show_entries packet=pts_time,flags -of csv=p=0 "$1" 2>/dev/null |
        awk -F, '$1 != "N/A" && $2 !~ /D/ { t = $1 * 1000; if (!n++ || t < least) least = t } END { printf "%d", least }'
}
steps() {  # FILE: how often the video's decoding times do not rise
    ffprobe -v error -select_streams v -show_entries packet=dts -of csv=p=0 "$1" | awk 'NR > 1 && $1 + 0 <= last { n++ } { last = $1 + 0 } END { print n + 0 }'
}

check() {  # FILE FFMPEG OPTIONS…
    local file=$1 before after
    shift
    make_media "$file" 3 "$@"
    flu-demux "$file" >out.mp4 2>"$file.log" || fail "$file: exit $?: $(cat "$file.log")"
    expect_eq "" "$(cat "$file.log")" "$file: messages"
    expect_eq "$(count "$file" v)" "$(count out.mp4 v)" "$file: pictures"
    before=$(count "$file" a) after=$(count out.mp4 a)
    ((after == before || after + 1 == before)) || fail "$file: $after audio frames of $before"
    if [[ -n $(count "$file" v) ]]; then
        expect_eq "$(pictures "$file")" "$(pictures out.mp4)" "$file: decoded pictures"
        expect_eq 0 "$(steps out.mp4)" "$file: decoding times that do not rise"
        before=$(($(first_pts "$file" v) - $(first_pts "$file" a)))
        after=$(($(first_pts out.mp4 v) - $(first_pts out.mp4 a)))
        ((after - before < 40 && before - after < 40)) || fail "$file: video is $before ms after audio, here $after"
    fi
}

x264=(-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p)
x265=(-c:v libx265 -x265-params log-level=none -preset ultrafast -g 25 -pix_fmt yuv420p)
check bframes.mp4 "${x264[@]}" -bf 3 -c:a aac
check fragmented.mp4 "${x264[@]}" -bf 2 -c:a aac -movflags frag_keyframe+empty_moov
check mov.mov "${x264[@]}" -c:a ac3
check hevc.mp4 "${x265[@]}" -c:a eac3
check flv.flv "${x264[@]}" -bf 2 -c:a aac
check mkv.mkv "${x264[@]}" -bf 3 -c:a libopus
check hevc.mkv "${x265[@]}" -bf 3 -c:a ac3
check mpeg2.mkv -c:v mpeg2video -bf 2 -g 12 -c:a mp2
check ps.mpg -c:v mpeg2video -bf 2 -g 12 -c:a mp2
check radio.mp3 -map 1 -c:a libmp3lame
check radio.aac -map 1 -c:a aac
check opus.ogg -map 1 -c:a libopus
check opus.webm -map 1 -c:a libopus

# A hub takes it as it is: times of a source's own, in seconds after an hour.
start piped bash -c 'flu-demux bframes.mp4 | flu-segment --segments 30 --stay piped'
wait_for 20 grep -q 'producer left' piped.log
expect_eq 1 "$(find "$FLU_RUN_DIR/live/piped" -name 'init-*.mp4' | wc -l)" "init segments"
cat "$FLU_RUN_DIR"/live/piped/init-*.mp4 "$FLU_RUN_DIR"/live/piped/[0-9]*.mp4 >whole.mp4
expect_eq "$(pictures bframes.mp4)" "$(pictures whole.mp4)" "decoded pictures out of the window"
# Nothing took its times for UTC: the file was made a moment ago, not in 1970.
start=$(basename "$(find "$FLU_RUN_DIR/live/piped" -name '[0-9]*.mp4' | sort | head -n 1)" .mp4)
((start / 90000 > $(date +%s) - 600)) || fail "the window begins at $start"

# What cannot be carried is named; nothing but such is an error.
make_media vp8.webm 1 -c:v libvpx -c:a libopus
flu-demux vp8.webm >out.mp4 2>err
expect_match 'vp8.webm: stream 0, vp8 \(video\)' "$(cat err)"
expect_eq "opus" "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 out.mp4)" "codecs"
make_media pcm.mkv 1 -map 1 -c:a pcm_alaw
expect_exit 4 flu-demux pcm.mkv
expect_match 'nothing in it that can be carried: stream 0, pcm_alaw' "$(cat err)"
