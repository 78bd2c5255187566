#!/usr/bin/env bash
# A source whose picture changes its size: a discontinuity and another init; the old one stays as long as its segments;
# audio alone keeps its init. hls.js plays across.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg ffprobe
need_web_clients

make_media small.ts 4 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac
make_media large.ts 4 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -s 640x360 -c:a aac
cat small.ts large.ts >both.ts
hub_options=(--segment-duration 1 --segments 8)
start_stream cam --loop "file://$PWD/both.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/cam
maps() { fetch "$1" | sed -n 's/#EXT-X-MAP:URI="\(.*\)"/\1/p'; }
two_inits() { [[ $(maps "$url/index.fmp4.m3u8" | sort -u | wc -l) == 2 ]]; }
wait_for 40 two_inits

fetch "$url/index.fmp4.m3u8" >list
grep -A1 EXT-X-DISCONTINUITY$ list | grep -q EXT-X-MAP || fail "no init behind the discontinuity: $(cat list)"
expect_eq 1 "$(maps "$url/tracks-a1/index.fmp4.m3u8" | sort -u | wc -l)" 'inits of the sound'

# Each segment plays with its own init and has its size.
sizes=
while read -r line; do
    case $line in
        '#EXT-X-MAP:'*) init=${line#*\"}; fetch "$url/${init%\"}" >init.mp4 ;;
        *.m4s)
            { cat init.mp4; fetch "$url/$line"; } >one.mp4
            sizes+=" $(ffprobe -v error -select_streams v -show_entries stream=width -of csv=p=0 one.mp4 | grep -m1 .)"
            ffmpeg -nostdin -v error -xerror -i one.mp4 -f null - 2>decode.log || fail "$line: $(cat decode.log)"
            ;;
    esac
done <list
expect_match '320.*640|640.*320' "$sizes" 'widths'

play_browser "$url/index.fmp4.m3u8" 6
