#!/usr/bin/env bash
# Sound that ends before the picture, and sound that is away for seconds: renditions have silence there, so that no
# segment of theirs is without media, decoders take it, and parts hold what their segments do.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg ffprobe node
need_web_clients

# Two sounds that end 300 ms before the picture; the second, of another rate and mono, is away for five seconds.
ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=25:d=12.04 -f lavfi -i sine=440:r=48000:d=11.74 \
    -f lavfi -i sine=880:r=44100:d=11.74 -filter_complex "[2]aselect='not(between(t,3,8))'[a]" -map 0:v -map 1:a -map '[a]' \
    -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k -ac:a:0 2 -ac:a:1 1 away.ts
hub_options=(--segment-duration 1 --segments 20)
start_stream cam --loop "file://$PWD/away.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/cam/tracks-a2

# The hole and the first end are in the window.
has_come() {
    fetch "$url/index.fmp4.m3u8" >list 2>fetch.log && [[ $(grep -c '[.]m4s' list) -ge 13 ]]
}
wait_for 30 fetch "$url/index.fmp4.m3u8"
# Over the holes and where the file begins again.
node "$e2e_dir/clients/ll_check.mjs" "$url/index.ll.m3u8" 16 min_parts=30 discontinuities=1 reports=2 >seen || fail "$(cat seen)"
cat seen
wait_for 60 has_come
{
    fetch "$url/$(sed -n 's/^#EXT-X-MAP:URI="\(.*\)"$/\1/p' list | head -n 1)"
    # Up to where the file begins again: what follows has times of its own.
    sed '1,/EXTINF/!{/DISCONTINUITY$/q}' list | grep '[.]m4s' | while read -r segment; do fetch "$url/$segment"; done
} >away.mp4
ffprobe -v error -show_entries packet=pts_time -of csv=p=0 away.mp4 >shown.csv
awk -F, 'NR > 1 && $1 - last > 0.1 { print "nothing from", last, "to", $1; wrong = 1 } { last = $1 } END { exit wrong }' \
    shown.csv >holes || fail "$(cat holes)"
[[ $(wc -l <shown.csv) -gt 100 ]] || fail 'too few frames'
ffmpeg -nostdin -v warning -i away.mp4 -f null - 2>decoded || fail "$(cat decoded)"
expect_eq '' "$(grep -v 'timescale\|estimat' decoded)" 'what the decoder says'
