#!/usr/bin/env bash
# HLS of fragmented MP4: the same frames as MPEG-TS, any choice of tracks, nothing in it that is ours.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe /usr/bin/python3

make_media three.ts 12 -map 0:v -map 1:a -map 1:a -map 1:a -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p \
    -c:a:0 aac -c:a:1 mp2 -c:a:2 ac3 -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra
hub_options=(--segment-duration 1 --segments 30)  # long enough for what follows
start_stream a/b --loop "file://$PWD/three.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/a/b
wait_for 30 fetch "$url/index.fmp4.m3u8"
three_segments() { (($(fetch "$url/mono.fmp4.m3u8" | grep -c '\.m4s$') >= 3)); }
wait_for 30 three_segments

# One segment of both kinds, frame by frame.
playlist=$(fetch "$url/mono.fmp4.m3u8")
expect_match '#EXT-X-VERSION:6' "$playlist"
map=$(sed -n 's/#EXT-X-MAP:URI="\(.*\)"/\1/p' <<<"$playlist" | tail -n 1)
segment=$(grep '\.m4s$' <<<"$playlist" | tail -n 1)
expect_eq 1 "$(grep -c EXT-X-MAP <<<"$playlist")" 'inits of one configuration'
expect_match '^tracks-v1a1a3/init-[0-9a-f]{16}\.mp4$' "$map"
fetch "$url/$map" >init.mp4
fetch "$url/$segment" >segment.m4s
cat init.mp4 segment.m4s >whole.mp4
ts=${segment%.m4s}.ts
fetch "$url/$ts" >whole.ts
frames() {  # FILE STREAM: picture or frame sizes are the same in both only without parameter sets, times always
    ffprobe -v error -select_streams "$2" -show_entries packet=pts -of csv=p=0 "$1" | sed 's/,.*//; /^$/d'
}
expect [ "$(frames whole.mp4 v | wc -l)" -gt 10 ]
for stream in v:0 a:0 a:1; do
    expect_eq "$(frames whole.ts "$stream" | wc -l)" "$(frames whole.mp4 "$stream" | wc -l)" "frames of $stream"
done
first=$(frames whole.mp4 v | sort -n | head -n 1)
expect [ "$first" -gt 150000000000000 ]  # UTC
ffmpeg -nostdin -v error -xerror -i whole.mp4 -f null - 2>decode.log || fail "$(cat decode.log)"
expect_eq '' "$(cat decode.log)" 'what ffmpeg says'

# Nothing of ours, no codec that players of MP4 do not know.
/usr/bin/python3 "$e2e_dir/clients/mp4_boxes.py" init.mp4 segment.m4s >boxes
grep -q '/moov/trak/mdia/minf/stbl/stsd/avc1' boxes || fail "no avc1: $(cat boxes)"
grep -q 'uuid\|\.mp2\|dvb' boxes && fail "private boxes: $(grep 'uuid\|\.mp2\|dvb' boxes)"
grep -q flu1 init.mp4 && fail 'our brand'

# Choices; every one in the same bytes each time, the same through another worker's or a later request.
expect_tracks() {  # CHOICE CODEC...
    local choice=$1 list init one found
    shift
    list=$(fetch "$url/tracks-$choice/index.fmp4.m3u8")
    init=$(sed -n 's/#EXT-X-MAP:URI="\(.*\)"/\1/p' <<<"$list" | tail -n 1)
    one=$(grep '\.m4s$' <<<"$list" | tail -n 1)
    fetch "$url/tracks-$choice/$init" >choice.mp4
    fetch "$url/tracks-$choice/$one" >>choice.mp4
    found=$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 choice.mp4 | sed 's/,.*//; /^$/d' | paste -sd' ')
    expect_eq "$*" "$found" "tracks-$choice"
    fetch "$url/tracks-$choice/$one" >again
    tail -c "$(stat -c %s again)" choice.mp4 | cmp - again || fail "tracks-$choice/$one: other bytes"
}
expect_tracks v1 h264
expect_tracks a1 aac
expect_tracks a3 ac3
expect_tracks v1a1 h264 aac
expect_tracks a1v1 h264 aac
expect_tracks a1a3 aac ac3
expect_tracks v1a2 h264
expect_tracks 1,2 h264 aac
names() { fetch "$url/$1" | grep -m1 '\.m4s$' | grep -oE 'tracks-[^/]*'; }
expect_eq tracks-v1a1a3 "$(names video1.fmp4.m3u8)"
# Browsers refuse two audio tracks in one file: those that MP4 has are renditions.
expect_eq 'tracks-a1 tracks-a3 tracks-v1' "$(fetch "$url/index.fmp4.m3u8" | grep -oE 'tracks-[^/]*' | paste -sd' ')"

# Wrong choices, in words.
wrong() {  # STATUS WORDS PATH
    expect_eq "$1" "$(http_status "$url/$3")" "$3"
    expect_match "$2" "$(curl -s "$url/$3")" "$3"
}
wrong 404 'no track a7' tracks-v1a7/index.fmp4.m3u8
wrong 404 'no track a7' tracks-v1a7/index.m3u8
wrong 404 'no choice of tracks' tracks-q1/index.m3u8
wrong 404 'no track a4' "tracks-a4/${segment#*/}"
wrong 415 'MPEG-TS has it' tracks-a2/index.fmp4.m3u8
wrong 415 'no mp2' "tracks-a2/${segment#*/}"
wrong 404 'No segment' "${map%-*}-0123456789abcdef.mp4"
wrong 404 'no such segment' tracks-v1/2020/01/01/00/00/00000-04000.m4s
expect_match 'immutable' "$(curl -sI "$url/$segment")"
expect_eq 206 "$(http_status "$url/$segment" -r 0-99)"
