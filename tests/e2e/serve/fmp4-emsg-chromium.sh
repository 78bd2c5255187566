#!/usr/bin/env bash
# SCTE-35 of the source is an emsg before the moof of its segment, and no player stumbles over it.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg ffprobe /usr/bin/python3

make_media clip.ts 6 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
target=$(ffprobe -v error -select_streams v -show_entries packet=pts,flags -of csv=p=0 clip.ts |
    awk -F, '/K/ { print $1 }' | sed -n 3p)
expect /usr/bin/python3 "$e2e_dir/clients/ts_tables.py" splice clip.ts "$target" spliced.ts
hub_options=(--segment-duration 1 --segments 10)
start_stream cam --loop "file://$PWD/spliced.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/cam
wait_for 30 fetch "$url/index.fmp4.m3u8"

has_event() {
    local line
    while read -r line; do
        fetch "$url/$line" >segment.m4s
        /usr/bin/python3 "$e2e_dir/clients/mp4_boxes.py" segment.m4s >boxes || fail "$line: $(cat boxes)"
        [[ $(head -n 1 boxes) != /emsg ]] || return 0
    done < <(fetch "$url/index.fmp4.m3u8" | grep '\.m4s$')
    return 1
}
wait_for 20 has_event
grep -q uuid boxes && fail "boxes of ours: $(cat boxes)"
expect grep -q 'urn:scte:scte35:2013:bin' segment.m4s
map=$(fetch "$url/index.fmp4.m3u8" | sed -n 's/#EXT-X-MAP:URI="\(.*\)"/\1/p' | tail -n 1)
fetch "$url/$map" | cat - segment.m4s >whole.mp4
ffmpeg -nostdin -v error -xerror -i whole.mp4 -f null - 2>decode.log || fail "$(cat decode.log)"
play_browser "$url/index.fmp4.m3u8" 7
