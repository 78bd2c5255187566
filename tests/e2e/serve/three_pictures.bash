# shellcheck shell=bash
# Sourced: a program of three pictures of aligned GOPs and two languages as the stream cam, and a server of it at $url.
three=(-map 0:v -map 0:v -map 0:v -c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -sc_threshold 0
    -filter:v:1 scale=256:144 -filter:v:2 scale=160:90 -b:v:0 400k -b:v:1 200k -b:v:2 100k)
two=(-map 1:a -map 1:a -c:a aac -ac 2 -b:a 64k -metadata:s:a:0 language=eng -metadata:s:a:1 language=rus)
make_media three.ts 60 "${three[@]}" -g 25 "${two[@]}"
hub_options=(--segment-duration 1)
start_stream cam --loop "file://$PWD/three.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/cam
wait_for 20 fetch "$url/index.m3u8"
