#!/usr/bin/env bash
# Numbers, times and discontinuities are the same in all playlists of a stream, where its source breaks and where a
# language comes and goes.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg
need_web_clients

pictures=(-map 0:v -map 0:v -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -bf 2 -filter:v:1 scale=160:90)
sounds=(-c:a aac -ac 2 -b:a 64k -metadata:s:a:0 language=eng)
make_media short.ts 5 "${pictures[@]}" -map 1:a -map 1:a "${sounds[@]}" -metadata:s:a:1 language=rus
make_media two.ts 20 "${pictures[@]}" -map 1:a -map 1:a "${sounds[@]}" -metadata:s:a:1 language=rus
make_media one.ts 20 "${pictures[@]}" -map 1:a "${sounds[@]}"
hub_options=(--segment-duration 1)
start_stream loop --loop "file://$PWD/short.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
port=$(free_port)
start_stream comes "udp://127.0.0.1:$port"
start_lying sender two.ts "udp://127.0.0.1:$port" --seconds 60 6:file:one.ts 12:file:two.ts
url=http://127.0.0.1:$web_port

# "NUMBER time duration discontinuities" of each segment, as a playlist has them.
rows() {
    fetch "$url/comes/$1/mono.m3u8" 2>/dev/null | awk -F: '
        /MEDIA-SEQUENCE/ && !/DISC/ { number = $2 } /DISCONTINUITY-SEQUENCE/ { breaks = $2 } /^#EXT-X-DISCONTINUITY$/ { ++breaks }
        /DATE-TIME/ { time = $0; sub(/[^:]*:/, "", time) } /EXTINF/ { print number++, time, $2, breaks }'
}
wait_for 20 fetch "$url/loop/index.m3u8"
check_hls_master "$url/loop/index.m3u8" 13 variants=2 renditions=2 min_segments=8 discontinuities=-1 &
check=$!
wait_for 20 fetch "$url/comes/index.m3u8"
languages() { fetch "$url/comes/index.m3u8" | grep -c TYPE=AUDIO || true; }
has() { rows tracks-v1 >>all; rows tracks-v2 >>all; rows tracks-a1 >>all; rows tracks-a2 >>all; [[ $(languages) == "$1" ]]; }
wait_for 20 has 2
wait_for 20 has 0  # one sound: in the segments of each picture
expect_match 'tracks-v2a1/mono' "$(fetch "$url/comes/index.m3u8")"
expect_eq 404 "$(http_status "$url/comes/tracks-a9/mono.m3u8")"
wait_for 30 has 2
for _ in 1 2 3 4 5 6; do has 2 || true; sleep 0.5; done
expect_eq '' "$(sort -u all | cut -d' ' -f1 | uniq -d)" 'segments that differ between playlists'
expect [ "$(cut -d' ' -f4 all | sort -u | wc -l)" -ge 2 ]  # there were breaks
# The language that came back has the numbers of the others.
expect_eq "$(rows tracks-v1 | tail -n 1 | cut -d' ' -f1-3)" "$(rows tracks-a2 | tail -n 1 | cut -d' ' -f1-3)"
wait "$check" || fail "$(<hls_master.log)"
