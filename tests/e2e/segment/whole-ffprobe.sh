#!/usr/bin/env bash
# A file through the hub comes out whole: each picture and each frame of sound, the first and the last too, with its bytes and
# its time, as the segments of HLS with MPEG-TS say and as those with fragmented MP4 do. Sound that begins late costs no picture.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe
start_ready web flu-serve --http 127.0.0.1:0 --workers 1

# Key, and time since the first picture in ticks, of each frame in the order of the stream.
frames() {  # FILE TRACK
    ffprobe -v error -select_streams "$2" -show_entries packet=pts_time,flags -of csv=p=0 "$1" 2>/dev/null |
        awk -F, 'NR == 1 {first = $1} $1 != "" {printf "%.0f %s\n", ($1 - first) * 90000, substr($2, 1, 1)}'
}
pictures() { ffmpeg -nostdin -v error -i "$1" -map 0:v -fps_mode passthrough -f framemd5 - | awk -F, '!/^#/ {print $6}'; }
# A tick is the rounding of times.
is_same() { paste -d' ' "$1" "$2" | awk 'NF != 4 || $1 - $3 > 2 || $3 - $1 > 2 || $2 != $4 {print; exit 1}'; }

play_file() {  # NAME: whole.ts and whole.mp4 from NAME.ts
    local url=http://127.0.0.1:$web_port/$1 line
    start "$1" bash -c "flu-ingest --fast 'file://$PWD/$1.ts' | flu-segment --segment-duration 2 --segments 60 --stay '$1'"
    wait_for 30 grep -q 'the stream ended' "$1.log"
    fetch "$url/index.m3u8" >list.m3u8
    : >whole.ts
    while read -r line; do fetch "$url/$line" >>whole.ts; done < <(grep -v '^#' list.m3u8)
    fetch "$url/index.fmp4.m3u8" >list.fmp4.m3u8
    fetch "$url/$(sed -n 's/.*MAP:URI="\(.*\)"/\1/p' list.fmp4.m3u8 | head -n 1)" >whole.mp4
    while read -r line; do fetch "$url/$line" >>whole.mp4; done < <(grep -v '^#' list.fmp4.m3u8)
    kill_wait "$1"
}

h264=(-c:v libx264 -preset veryfast -pix_fmt yuv420p)
make_media open.ts 7 "${h264[@]}" -x264-params open-gop=1:keyint=25:bframes=3:b-pyramid=normal -c:a aac
make_media fields.ts 7 "${h264[@]}" -flags +ildct+ilme -x264-params tff=1:keyint=30:slices=4 -c:a ac3
make_media pieces.ts 7 "${h264[@]}" -r 24000/1001 -g 48 -bf 2 -c:a aac -ac 1
for name in open fields pieces; do
    play_file $name
    for track in v:0 a:0; do
        frames $name.ts $track >wanted
        (($(wc -l <wanted) > 150)) || fail "$name.ts has only $(wc -l <wanted) frames"
        for kind in ts mp4; do
            frames whole.$kind $track >got
            expect_eq "$(wc -l <wanted)" "$(wc -l <got)" "$name: frames of $track as $kind"
            is_same wanted got || fail "$name: a frame of $track as $kind is another"
        done
    done
    pictures $name.ts >wanted
    for kind in ts mp4; do expect_eq "$(cat wanted)" "$(pictures whole.$kind)" "$name: pictures as $kind"; done
done

make_media early.ts 9 "${h264[@]}" -g 25 -c:a aac
ffmpeg -nostdin -v error -i early.ts -itsoffset 3 -i early.ts -map 0:v -map 1:a -t 9 -c copy late.ts
play_file late
expect_eq 1 "$(grep -c '^#EXT-X-DISCONTINUITY$' list.m3u8)" 'discontinuities where the sound begins'
expect_eq "$(frames late.ts v:0 | wc -l)" "$(frames whole.ts v:0 | wc -l)" 'pictures where sound begins late'
