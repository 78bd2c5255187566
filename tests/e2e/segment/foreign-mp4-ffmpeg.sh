#!/usr/bin/env bash
# What other writers put into fragmented MP4 comes out as the format has it: no access unit delimiters, parameter sets in
# front of every key frame; and pictures whose parameter sets change in mid-stream become other tracks.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe
fragmented=(-movflags frag_keyframe+empty_moov+default_base_moof -f mp4)
folder=$FLU_RUN_DIR/live/x

# nal_unit_type of each unit of each picture of the stored segments, a picture a line; times are the hub's.
units() {  # FILE h264|hevc
    ffmpeg -nostdin -v error -i "$1" -map 0:v -c copy -f data - 2>/dev/null | /usr/bin/python3 -c '
import sys
data, at, line = sys.stdin.buffer.read(), 0, []
while at < len(data):
    size, head = int.from_bytes(data[at:at + 4], "big"), data[at + 4]
    kind = head >> 1 & 63 if sys.argv[1] == "hevc" else head & 31
    line.append(kind)
    if kind < (32 if sys.argv[1] == "hevc" else 6):
        print(*line)
        line = []
    at += 4 + size' "$2"
}
take() {  # FILE: the window that a hub makes of it, as all.mp4
    start hub flu-segment --stay --segments 30 --segment-duration 1 x <"$1"
    wait_for 30 grep -q 'the producer left' hub.log
    for segment in "$folder"/[0-9]*.mp4; do cat "$folder"/init-*.mp4 "$segment" >"${segment##*/}.whole"; done
}
pictures() { ffmpeg -nostdin -v error -i "$1" -map 0:v -fps_mode passthrough -f framemd5 - | awk -F, '!/^#/ { print $NF }'; }

for codec in h264 hevc; do
    encoder=(-c:v libx264 -preset ultrafast -x264-params slices=1)
    [[ $codec == h264 ]] || encoder=(-c:v libx265 -preset ultrafast -x265-params log-level=error:repeat-headers=0:open-gop=0 -tag:v hev1)
    make_media $codec.mp4 6 "${encoder[@]}" -g 25 -bf 0 -pix_fmt yuv420p -c:a aac -bsf:v ${codec}_metadata=aud=insert "${fragmented[@]}"
    take $codec.mp4
    for whole in [0-9]*.whole; do
        units "$whole" $codec >list
        if [[ $codec == h264 ]]; then
            expect_match '^7 8 .*5$' "$(sed -n 1p list)" "$codec: units of the key frame of $whole"
            expect_eq '' "$(grep -w 9 list)" "$codec: delimiters in $whole"
        else
            expect_match '^32 33 34 .*(19|20)$' "$(sed -n 1p list)" "$codec: units of the key frame of $whole"
            expect_eq '' "$(grep -w 35 list)" "$codec: delimiters in $whole"
        fi
        pictures "$whole"
    done >got
    pictures $codec.mp4 >wanted
    cmp wanted got || fail "$codec: pictures differ"
    kill_wait hub
    rm -f ./*.whole hub.log  # the next hub's is waited for
done

# avc3, and another size in mid-stream.
for size in 320x180 480x270; do
    ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=$size:rate=25 -t 3 -c:v libx264 -preset ultrafast -g 25 -bf 0 \
        -pix_fmt yuv420p -bsf:v dump_extra=freq=keyframe -f h264 - >>both.h264
done
ffmpeg -nostdin -v error -fflags +genpts -r 25 -f h264 -i both.h264 -c copy -tag:v avc3 "${fragmented[@]}" both.mp4
expect_eq avc3 "$(ffprobe -v error -show_entries stream=codec_tag_string -of csv=p=0 both.mp4)" 'the sample entry'
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start hub flu-segment --stay --segments 30 --segment-duration 1 x <both.mp4
wait_for 30 grep -q 'the producer left' hub.log
fetch "http://127.0.0.1:$web_port/x/index.m3u8" >list
expect_eq 1 "$(grep -c '^#EXT-X-DISCONTINUITY$' list)" 'discontinuities'
for segment in $(grep -v '^#' list); do
    fetch "http://127.0.0.1:$web_port/x/$segment" >one.ts
    ffprobe -v error -show_entries stream=width,height -of csv=p=0 one.ts | grep . | sort -u
done | uniq -c | awk '{ print $1, $2 }' >sizes
expect_eq '3 320,180 3 480,270' "$(xargs <sizes)" 'sizes of the pictures'
