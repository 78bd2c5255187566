#!/usr/bin/env bash
# Several audio tracks: all in one segment by default, and any choice of them.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

make_media two.ts 10 -map 0:v -map 1:a -map 1:a -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p \
    -c:a:0 aac -c:a:1 mp2 -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra
hub_options=(--segment-duration 1)
start_stream a/b --loop "file://$PWD/two.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/a/b

expect_tracks() {  # PATH CODEC…
    local path=$1 found
    shift
    wait_for 15 fetch "$url/$path"
    found=$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$url/$path" |
        sed '/^$/d' | sort -u | paste -sd' ')
    expect_eq "$*" "$found" "$path"
}
expect_tracks index.m3u8 aac h264 mp2
expect_tracks mono.m3u8 aac h264 mp2
expect_tracks video1.m3u8 aac h264 mp2
expect_tracks tracks-v1a2/index.m3u8 h264 mp2
expect_tracks tracks-1,2/index.m3u8 aac h264
expect_tracks tracks-a1/mono.m3u8 aac
fetch "$url/tracks-a2/$(fetch "$url/tracks-a2/index.m3u8" | grep -m1 '\.ts$')" >second.ts
expect_eq fra "$(ffprobe -v error -show_entries stream_tags=language -of csv=p=0 second.ts | grep -m1 .)" 'language'

# Segments of one choice have one name, whatever the playlist was called.
name() { fetch "$url/$1" | grep -m1 '\.ts$' | grep -oE 'tracks-[^/]*'; }
expect_eq tracks-v1a1a2 "$(name mono.m3u8)"
expect_eq tracks-v1a1 "$(name tracks-1,2/index.m3u8)"
