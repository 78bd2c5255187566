#!/usr/bin/env bash
# hls.js and the player page in a browser play a program of three pictures and two languages, and go over from one to
# the other.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg

three=(-map 0:v -map 0:v -map 0:v -c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -sc_threshold 0
    -filter:v:1 scale=256:144 -filter:v:2 scale=160:90 -b:v:0 400k -b:v:1 200k -b:v:2 100k)
two=(-map 1:a -map 1:a -c:a aac -ac 2 -b:a 64k -metadata:s:a:0 language=eng -metadata:s:a:1 language=rus)
make_media three.ts 60 "${three[@]}" -g 25 "${two[@]}"
hub_options=(--segment-duration 1)
start_stream cam --loop "file://$PWD/three.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/cam
wait_for 20 fetch "$url/index.m3u8"

# Levels are in the order of their bit rates.
play_browser "$url/index.m3u8" 2 level:0 audio:1 level:2
play_browser "$url/index.fmp4.m3u8" 2 level:0 audio:1 level:2
open_page "$url/embed.html?token=secret" play:3 'requests:tracks-v[123]/.*m4s\?token=secret$' \
    'requests:tracks-a1/.*m4s\?token=secret$'
