#!/usr/bin/env bash
# A finished HLS playlist is played in real time and begins again at its end, as a file is.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq /usr/bin/python3
make_media in.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
mkdir www
ffmpeg -nostdin -v error -i in.ts -c copy -f hls -hls_time 2 -hls_list_size 0 www/index.m3u8
printf '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nindex.m3u8\n' >www/master.m3u8
start server /usr/bin/python3 -u -m http.server --bind 127.0.0.1 --directory www 0
wait_for 10 grep -q 'port [0-9]' server.log
url=hls://127.0.0.1:$(sed -n 's/.* port \([0-9]*\) .*/\1/p' server.log | head -n 1)/master.m3u8

began=$SECONDS
start film bash -c 'exec flu-ingest --status "$1" 2>&1 >/dev/null' - "$url"
pictures() { grep '"type":"counters"' film.log | tail -n 1 | jq '.frames // 0'; }
has() { (($(pictures) >= $1)); }
wait_for 20 has 1
# 150 pictures and as many seconds of sound as they take are 430 frames; the whole film is 6 s.
wait_for 40 has 450
took=$((SECONDS - began))
((took >= 5)) || fail "a film of 6 s was over after $took s"
grep -q 'again\|the source was started' film.log || fail "$(cat film.log)"
