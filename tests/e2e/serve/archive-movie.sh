#!/usr/bin/env bash
# Parts of an archive as MP4 over HTTP: as flu-dvr exports them, by ranges, and with a browser that seeks.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe jq curl

make_media clip.ts 60
start_ready hub flu-segment --no-stdin --segment-duration 1 cam/one
start source flu-ingest --to cam/one --loop "file://$PWD/clip.ts"
start recorder flu-dvr record --root "$PWD/archive" cam/one
start_ready web flu-serve --http 127.0.0.1:0 --workers 2 --dvr-root "$PWD/archive"
url=http://127.0.0.1:$web_port/cam/one
export FLU_DVR_ROOT=$PWD/archive
recorded() { flu-dvr ls --json cam/one 2>/dev/null | jq "$@"; }
has_recorded() { (($(recorded '[.[0].ranges[].duration] | add // 0' || echo 0) >= 9)); }
wait_for 30 has_recorded
kill_wait recorder TERM
from=$(recorded '.[0].ranges[0].from + 1')
probe() { ffprobe -v error -of csv=p=0 "$@"; }
same() {  # QUERY OPTIONS...: over HTTP what the command writes; it is left in web.mp4
    fetch "$url/archive-$from-6.mp4$1" -o web.mp4
    flu-dvr export cam/one --from "$from" --duration 6 "${@:2}" 2>/dev/null | cmp - web.mp4 || fail "archive.mp4$1"
}

same ''
expect_eq '' "$(ffmpeg -nostdin -v warning -i web.mp4 -f null - 2>&1)" 'playing it'
movie=$url/archive-$from-6.mp4
size=$(stat -c %s web.mp4)
curl -fsSI "$movie" >headers
expect_match "content-length: $size" "$(tr 'A-Z' 'a-z' <headers)"
expect_match 'content-type: video/mp4' "$(tr 'A-Z' 'a-z' <headers)"
expect_match 'accept-ranges: bytes' "$(tr 'A-Z' 'a-z' <headers)"
expect_match "filename=.cam_one-$from-6.mp4" "$(<headers)"

# Any part of it, also of what was changed meanwhile.
for range in 0-0 0-99 100-70000 70001-; do
    fetch "$movie" -r "$range" -o "part.$range" -D headers
    expect_match '206 Partial' "$(<headers)"
done
cat part.0-99 part.100-70000 part.70001- | cmp - web.mp4 || fail 'the parts are not the whole'
expect_eq "$(tail -c 10 web.mp4 | md5sum)" "$(fetch "$movie" -r -10 | md5sum)" 'the last bytes'
expect_eq 416 "$(http_status "$movie" -r "$size-")"
expect_eq 200 "$(http_status "$movie" -r 0-9 -H 'If-Range: "other"')"
tag=$(sed -n 's/^ETag: \(.*\)\r/\1/p' headers)
expect_eq 206 "$(http_status "$movie" -r 0-9 -H "If-Range: $tag")"
expect_eq 304 "$(http_status "$movie" -H "If-None-Match: $tag")"
ffmpeg -nostdin -v error -ss 4 -i "$movie" -frames:v 1 -f null - || fail 'seeking over HTTP'

# As it may be asked for.
same '?precise=true' --precise
expect_match '^(5.9|6.0)' "$(probe -show_entries format=duration web.mp4)"
same '?timelapse' --timelapse
same '?timelapse=20' --timelapse 20
expect_match '^20.0' "$(probe -show_entries format=duration web.mp4)"
same '?filter.tracks=a1' --tracks a1
fetch "$url/tracks-v1/archive-$from-6.mp4" -o web.mp4
expect_eq video "$(probe -show_entries stream=codec_type web.mp4)"

# Many at once, one of them slow and one that leaves; a stream that was never there.
curl -s --limit-rate 30k "$movie" -o slow.mp4 &
slow=$!
curl -s --max-time 1 --limit-rate 1k "$movie" -o left.mp4 && fail 'it should have been cut'
many=()
for i in 1 2 3 4 5 6; do
    fetch "$movie" -o "many.$i" &
    many+=($!)
done
wait "${many[@]}"
same ''
for i in 1 2 3 4 5 6; do cmp "many.$i" web.mp4 || fail "download $i"; done
wait "$slow"
cmp slow.mp4 web.mp4 || fail 'a slow download'
expect_eq 404 "$(http_status "$url/archive-1600000000-6.mp4")"
expect_match 'nothing is recorded in that time' "$(curl -s "$url/archive-1600000000-6.mp4")"
expect_eq 400 "$(http_status "$movie?timelapse=fast")"
expect_eq 404 "$(http_status "http://127.0.0.1:$web_port/cam/two/archive-$from-6.mp4")"
expect_eq 404 "$(http_status "$url/archive-$from-now.mp4")"

# A file that became shorter: the client sees that it did not get all.
blob=$(find archive -name '*.mp4' | head -n 1)
truncate -s "$(($(stat -c %s "$blob") / 2))" "$blob"
fetch "$movie" -o short.mp4 || expect_eq 18 $? 'curl'
expect_eq 200 "$(http_status "$url/mono.m3u8")"

# It ends when it is told to, though a movie is under way.
curl -s --limit-rate 1k "$movie?timelapse=9" -o under-way.mp4 &
under_way=$!
kill_wait web TERM
expect_eq 0 "$status"
wait "$under_way" || true
