#!/usr/bin/env bash
# SHOUTcast at /NAME/shoutcast: the sound of any stream, for ffmpeg, VLC and a client that asks for titles.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe curl python3

make_media tv.ts 10 -map 0:v -map 1:a -map 1:a -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p \
    -c:a:0 aac -c:a:1 mp2 -f mpegts
make_media silent.ts 10 -map 0:v -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -f mpegts
make_media radio.ts 10 -map 1:a -c:a libmp3lame -b:a 128k -f mpegts
make_media opus.ts 10 -map 1:a -c:a libopus -b:a 64k -f mpegts
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port
for name in tv silent radio opus; do start_stream "$name" --loop "file://$PWD/$name.ts"; done

# curl ends by its time limit: there is no other end.
listen() { rm -f body; curl -s -m "$1" -D head -o body "${@:2}" || [[ $? == 28 ]]; }
codec_of() { ffprobe -v error -show_entries stream=codec_name,sample_rate -of csv=p=0 "$1"; }
has_sound() { listen 1 -f "$url/$1/shoutcast" && [[ -s body ]]; }
for name in tv radio; do wait_for 20 has_sound "$name"; done

listen 4 "$url/tv/shoutcast"
expect_match 'Content-Type: audio/aac' "$(<./head)"
expect_match 'icy-name: tv' "$(<./head)"
[[ $(<./head) != *icy-metaint* ]] || fail 'titles for who did not ask'
expect_eq aac,48000 "$(codec_of body)"
ffmpeg -nostdin -v error -xerror -i body -f null - || fail 'the sound cannot be decoded'
duration=$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 body)
((duration > 100)) || fail "$duration frames in 4 s"  # 46.9 in a second
listen 2 "$url/tv/tracks-a2/shoutcast"
expect_match 'Content-Type: audio/mpeg' "$(<./head)"
expect_eq mp2,48000 "$(codec_of body)"
listen 2 "$url/radio/shoutcast"
expect_match 'Content-Type: audio/mpeg' "$(<./head)"
expect_eq mp3,48000 "$(codec_of body)"

# With titles: sound without them, as ffmpeg asks for it, and a title every 16000 bytes.
expect_eq radio "$(ffprobe -v error -show_entries format_tags=StreamTitle -of csv=p=0 "$url/radio/shoutcast")"
listen 5 -H 'Icy-MetaData: 1' "$url/radio/shoutcast"
expect_match 'icy-metaint: 16000' "$(<./head)"
/usr/bin/python3 - >titles <<'PY'
data, at = open("body", "rb").read(), 16000
while at < len(data):
    size = data[at] * 16
    print(data[at + 1:at + 1 + size].rstrip(b"\0").decode())
    at += 1 + size + 16000
PY
expect_eq "StreamTitle='radio';" "$(sed -n 1p titles)"
expect_eq '' "$(sed -n 2p titles)" 'the same title is not said again'
expect_eq 'HTTP/1.1 200 OK' "$(curl -sI "$url/radio/shoutcast" | tr -d '\r' | head -n 1)"

expect_eq 404 "$(http_status "$url/silent/shoutcast")" 'no sound'
expect_match 'has no audio' "$(curl -s "$url/silent/shoutcast")"
expect_eq 404 "$(http_status "$url/tv/tracks-a7/shoutcast")" 'no such sound'
expect_match 'carries no opus' "$(curl -s "$url/opus/shoutcast")"
expect_eq 415 "$(http_status "$url/opus/shoutcast")"
expect_eq 404 "$(http_status "$url/none/shoutcast")" 'no such stream'

# A source that goes over to another codec: who listens comes again and gets that.
start listener curl -s -o one "$url/radio/shoutcast"
wait_for 10 test -s one
kill_wait radio.ingest
ffmpeg -nostdin -v error -re -f lavfi -i sine=r=48000 -t 20 -c:a aac -f mpegts - 2>/dev/null |
    flu-ingest --to radio - >/dev/null 2>&1 &
wait_exit listener
is_aac() { listen 1 "$url/radio/shoutcast" && grep -q audio/aac head; }
wait_for 20 is_aac
kill %% 2>/dev/null || true
