#!/usr/bin/env bash
# flu-thumb NAME: JPEGs of what streams there are: HEVC, interlaced and anamorphic MPEG-2, turned, large; of what is
# damaged none.
. "$(dirname "$0")/../lib.sh"
need curl ffmpeg ffprobe jq

x264=(-c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -an)
make_media clip.ts 6 "${x264[@]}"
make_media hevc.ts 3 -c:v libx265 -preset ultrafast -x265-params log-level=error -g 25 -pix_fmt yuv420p10le -an
make_media sound.ts 6 -vn -c:a aac
make_media tv.ts 3 -vf scale=720:576,setsar=64/45,setfield=tff -c:v mpeg2video -flags +ildct+ilme -g 12 -b:v 4M -an
make_media turned.ts 3 "${x264[@]}" -g 75 -bsf:v h264_metadata=display_orientation=insert:rotate=270
# A key frame with its middle overwritten, the rest as it was.
/usr/bin/python3 - <<'PY'
data = bytearray(open("clip.ts", "rb").read())
for at in range(188 * 12, len(data) - 188, 188 * 3):
    data[at + 60:at + 140] = bytes(255 - byte for byte in data[at + 60:at + 140])
open("bad.ts", "wb").write(data)
PY

hub_options=(--segment-duration 1)
start_stream a/cam --loop "file://$PWD/clip.ts"
for name in hevc sound tv turned bad; do start_stream "$name" --loop "file://$PWD/$name.ts"; done
is_there() { [[ -s $FLU_RUN_DIR/live/$1/preview.jpg ]]; }
start_ready thumb flu-thumb --status a/cam hevc sound tv turned bad later
for name in a+cam hevc tv turned; do wait_for 40 is_there "$name"; done

size() { ffprobe -v error -show_entries stream=codec_name,width,height,sample_aspect_ratio -of csv=p=0 "$1"; }
expect_match '^mjpeg,320,180(,1:1|,N/A)?' "$(size "$FLU_RUN_DIR/live/a+cam/preview.jpg")"
expect_match '^mjpeg,320,180' "$(size "$FLU_RUN_DIR/live/hevc/preview.jpg")"
expect_match '^mjpeg,1024,576' "$(size "$FLU_RUN_DIR/live/tv/preview.jpg")" 'anamorphic'
expect_match '^mjpeg,180,320' "$(size "$FLU_RUN_DIR/live/turned/preview.jpg")" 'turned'

# They look like what they are made from: the first picture of the clip, turned where it is to be.
flu-thumb --once a/cam >cam.jpg
flu-thumb --once turned >turned.jpg
flu-thumb --once tv >tv.jpg
alike() {  # JPEG FILTER: the SSIM of the picture to those of the clip, the best of them
    ffmpeg -nostdin -i clip.ts -loop 1 -i "$1" -filter_complex "[0:v]$2[b];[1:v]format=yuv420p[a];[b][a]ssim=f=$PWD/ssim" \
        -t 6 -f null - >/dev/null 2>&1
    sed 's/.*All:\([0-9.]*\).*/\1/' ssim | sort -n | tail -n 1
}
is_over() { awk -v got="$1" -v least="$2" 'BEGIN { exit !(got > least) }' || fail "$3: SSIM of $1 only"; }
is_over "$(alike cam.jpg null)" 0.9 cam
is_over "$(alike turned.jpg transpose=1,setsar=1)" 0.9 turned
is_over "$(alike tv.jpg scale=1024:576,setsar=1)" 0.8 tv

flu-thumb --once --size 160x160 a/cam >small.jpg
expect_match '^mjpeg,160,90' "$(size small.jpg)"

# What cannot be shown is told once, in words.
wait_for 20 grep -q 'bad: no new picture: ' thumb.log
sleep 2.5  # some more of its segments
expect_eq 1 "$(grep -c '^flu-thumb: bad: no new' thumb.log)" 'lines of the damaged one'
expect_exit 3 flu-thumb --once later
expect_match 'no segment with video' "$(cat err)"
expect_exit 3 flu-thumb --once sound
expect_exit 2 flu-thumb --once a/cam hevc
expect_exit 2 flu-thumb --url file:///etc/passwd a/cam
expect_exit 2 flu-thumb ../cam
expect_exit 2 flu-thumb --size 3 a/cam

# One that comes later; and at the end it takes its pictures along.
start_stream later --loop "file://$PWD/clip.ts"
wait_for 20 is_there later
kill_wait thumb
expect_eq 0 "$status"
is_there a+cam && fail 'a picture stayed that nobody renews'
kill_wait later.ingest
kill_wait later.hub KILL
