#!/usr/bin/env bash
# HTTP MPEG-TS of chosen tracks, by either spelling; what the stream does not have is refused with what it has.
. "$(dirname "$0")/../lib.sh"
need ffprobe curl

make_media two.ts 10 -map 0:v -map 1:a -map 1:a -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p \
    -c:a:0 aac -c:a:1 mp2 -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra
start_stream a/b --loop "file://$PWD/two.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/a/b
wait_for 20 curl -fsS -m 10 -o /dev/null -I "$url/mpegts"

expect_codecs() {  # PATH CODEC…
    local path=$1
    shift
    { curl -sS -m 15 "$url/$path" 2>curl.err || true; } | head -c 60160 >part.ts
    expect_eq "$*" "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 part.ts | sed '/^$/d' | sort -u |
        paste -sd' ')" "$path: $(cat curl.err)"
}
expect_codecs mpegts aac h264 mp2
expect_codecs 'mpegts?filter.tracks=v1a2' h264 mp2
expect_codecs tracks-v1a1/mpegts aac h264
expect_codecs tracks-1,3/mpegts h264 mp2
expect_codecs 'tracks-v1a1/mpegts?filter.tracks=a1&token=x' aac

expect_match 'no track a3; it has v1a1a2' "$(curl -sS -m 10 "$url/mpegts?filter.tracks=v1a3")" 'a3'
expect_eq 404 "$(http_status "$url/tracks-v2/mpegts")"
expect_eq 404 "$(http_status "$url/tracks-v1/mpegts?filter.tracks=a1")" 'nothing left'
expect_eq 400 "$(http_status "$url/mpegts?filter.tracks=x")"

# As many choices at a time as the limit allows; those left by their clients make place for others.
choices=()
for i in {1..3} 1,{1..3} 2,{1..3} 3,{1..3} 1,1,{1..3} 1,2,3; do choices+=("$i"); done
expect_eq 16 "${#choices[@]}"
for i in "${!choices[@]}"; do
    start "viewer$i" curl -sSN -o "viewer$i.ts" "$url/tracks-${choices[i]}/mpegts"
    wait_for 15 test -s "viewer$i.ts"
done
expect_eq 503 "$(http_status "$url/tracks-v1a2/mpegts")" 'one choice too many'
kill_wait viewer3
is_let_in() { [[ $(http_status "$url/tracks-v1a2/mpegts" -I) == 200 ]]; }
wait_for 10 is_let_in
