#!/usr/bin/env bash
# A viewer of hls.js sees the subtitles of a live stream beside the picture that they belong to, with MPEG-TS and with
# fragmented MP4, in the language that is chosen.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium ffmpeg jq

for ((i = 0; i < 60; i += 2)); do
    printf '%d\n00:00:%02d,500 --> 00:00:%02d,900\nsecond %d\n\n' "$((i / 2 + 1))" "$i" "$((i + 1))" "$i"
done >en.srt
sed 's/second/Sekunde/' en.srt >de.srt
make_media av.mp4 60 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac
ffmpeg -nostdin -v error -i av.mp4 -i en.srt -i de.srt -map 0 -map 1 -map 2 -c copy -c:s mov_text \
    -metadata:s:s:0 language=eng -metadata:s:s:1 language=deu two.mp4
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start_stream cam --loop "file://$PWD/two.mp4"
url=http://127.0.0.1:$web_port/cam
has_renditions() { (($(fetch "$url/tracks-t1/mono.vtt.m3u8" 2>/dev/null | grep -c EXTINF) > 2)); }
wait_for 30 has_renditions
watch() {  # MASTER LANGUAGE WORD
    TMPDIR=$test_dir node "$e2e_dir/clients/subtitle_play.mjs" "$url/$1" "$2" "$3 " "$3 " "$3 " >player.log 2>&1 ||
        fail "$1: $(tail -n 3 player.log)"
}
# By the picture's clock: one every two seconds, 1.4 s long.
is_regular='.shown | [.[1:], .[:-1]] | transpose | all((.[0].from - .[1].from) as $step | $step > 1.9 and $step < 2.1)
    and all((.[0].to - .[0].from) as $long | $long > 1.35 and $long < 1.45)'
watch index.fmp4.m3u8 en second
expect jq -e "$is_regular" player.log
watch index.m3u8 de Sekunde
expect jq -e "$is_regular" player.log
