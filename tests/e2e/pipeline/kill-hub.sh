#!/usr/bin/env bash
# kill -9 of the hub at any instant: what was published stays as it is, numbers go on, one discontinuity.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

hub_options=(--segment-duration 1 --segments 12)
start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/demo/index.m3u8

segments_at_least() { (($(fetch "$url" | grep -c '^#EXTINF') >= $1)); }
last_number() {
    fetch "$url" >now.m3u8
    echo $(($(sed -n 's/^#EXT-X-MEDIA-SEQUENCE://p' now.m3u8) + $(grep -c '^#EXTINF' now.m3u8) - 1))
}

wait_for 40 segments_at_least 4
before=$(last_number)
cp now.m3u8 before.m3u8
signal_group KILL "$(pid_of demo.hub)"
wait_exit demo.hub
wait_exit demo.ingest  # its reader left: a clean end
expect_eq 0 "$status" 'exit code of flu-ingest'

# The window outlives its hub.
for segment in $(grep -v '^#' before.m3u8 | tail -n 3); do
    expect_eq 200 "$(http_status "http://127.0.0.1:$web_port/demo/$segment")" "$segment after the hub's death"
done

rm -f demo.pipe
start_stream demo fake://fake
went_on() { (($(last_number) > before + 2)); }
wait_for 40 went_on
grep '^[^#]' before.m3u8 | tail -n 2 >published
while read -r segment; do
    grep -qxF "$segment" now.m3u8 || fail "$segment left the playlist or was renamed: $(cat now.m3u8)"
done <published
expect_eq 1 "$(grep -c '^#EXT-X-DISCONTINUITY$' now.m3u8)" 'discontinuities'
check_hls "$url" 5 discontinuities=1 min_segments=5
