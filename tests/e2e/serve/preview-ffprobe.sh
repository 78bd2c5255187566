#!/usr/bin/env bash
# NAME/preview.mp4: the first picture of the newest segment as a movie of one frame, for any player; not for sound.
. "$(dirname "$0")/../lib.sh"
need curl ffmpeg ffprobe

make_media clip.ts 6
make_media hevc.ts 3 -c:v libx265 -preset ultrafast -x265-params log-level=error -g 25 -pix_fmt yuv420p -an
make_media sound.ts 6 -vn -c:a aac
make_media mpeg2.ts 3 -c:v mpeg2video -g 12 -an
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port
expect_eq 404 "$(http_status "$url/a/cam/preview.mp4")" 'a stream that is not there'

hub_options=(--segment-duration 1)
start_stream a/cam --loop "file://$PWD/clip.ts"
start_stream hevc --loop "file://$PWD/hevc.ts"
start_stream sound --loop "file://$PWD/sound.ts"
start_stream mpeg2 --loop "file://$PWD/mpeg2.ts"
for name in a/cam hevc sound mpeg2; do wait_for 30 fetch "$url/$name/mono.m3u8"; done

probe() { ffprobe -v error -count_frames -show_entries "stream=codec_name,width,height,nb_read_frames" -of csv=p=0 "$1"; }
for name in a/cam hevc; do
    fetch "$url/$name/preview.mp4" -D headers >still.mp4
    codec=h264
    [[ $name == hevc ]] && codec=hevc
    expect_eq "$codec,320,180,1" "$(probe still.mp4)" "$name"
    ffmpeg -nostdin -v error -xerror -i still.mp4 -f null - 2>decode.log || fail "$(cat decode.log)"
    expect_eq '' "$(cat decode.log)" "what ffmpeg says of $name"
done
expect_match 'Content-Type: video/mp4' "$(cat headers)"
expect_match 'Cache-Control: public, max-age=1' "$(cat headers)"

# It is the picture with which a segment of the window begins.
fetch "$url/a/cam/preview.mp4" >still.mp4
fetch "$url/a/cam/mono.m3u8" | grep '\.ts$' | tail -n 2 >segments
hash_of() { ffmpeg -nostdin -v error -i "$1" -map 0:v -frames:v 1 -f md5 -; }
while read -r segment; do
    fetch "$url/a/cam/$segment" >segment.ts
    hash_of segment.ts
done <segments >hashes
grep -q "$(hash_of still.mp4)" hashes || fail 'the preview is no first picture of the newest segments'

# Conditions, ranges, HEAD.
fetch "$url/a/cam/preview.mp4" -D headers -o still.mp4
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' headers)
same=$(http_status "$url/a/cam/preview.mp4" -H "If-None-Match: $etag")
expect_match '^(304|200)$' "$same"  # 200: the next segment came
expect_eq 206 "$(http_status "$url/a/cam/preview.mp4" -r 0-9)"
expect_eq 416 "$(http_status "$url/a/cam/preview.mp4" -r 99999999-)"
expect_match 'video/mp4' "$(curl -sI "$url/a/cam/preview.mp4")" HEAD
changed() { [[ $(http_status "$url/a/cam/preview.mp4" -H "If-None-Match: $etag") == 200 ]]; }
wait_for 20 changed

expect_eq 404 "$(http_status "$url/sound/preview.mp4")"
expect_match 'no video' "$(curl -s "$url/sound/preview.mp4")"
expect_eq 415 "$(http_status "$url/mpeg2/preview.mp4")"
expect_match 'no mpeg2video' "$(curl -s "$url/mpeg2/preview.mp4")"

# Without a live window there is nothing to show, and nothing is kept of it.
kill_wait a/cam.ingest
kill_wait a/cam.hub KILL
rm -rf "$FLU_RUN_DIR/live/a+cam"
gone() { [[ $(http_status "$url/a/cam/preview.mp4") == 404 ]]; }
wait_for 10 gone
