#!/usr/bin/env bash
# ctest: timeout 200
# kill -9 of the hub at ten instants of its life, in the middle of whatever it does: numbers never go back, no
# segment changes, and each time the stream goes on.
. "$(dirname "$0")/../lib.sh"

hub_options=(--segment-duration 1 --segments 30)
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/demo/index.m3u8
make_media in.ts 30 -c:v libx264 -preset ultrafast -g 12 -pix_fmt yuv420p -c:a aac

declare -A seen=()
look() {  # every number keeps its segment
    local number segment
    fetch "$url" >now.m3u8 || return 1
    number=$(sed -n 's/^#EXT-X-MEDIA-SEQUENCE://p' now.m3u8)
    for segment in $(grep -v '^#' now.m3u8); do
        [[ ${seen[$number]:-$segment} == "$segment" ]] || fail "number $number was ${seen[$number]}, is $segment"
        seen[$number]=$segment
        last=$number
        number=$((number + 1))
    done
}
went_on() { look && ((last > reached)); }

last=0 reached=0
for round in {1..10}; do
    rm -f demo.pipe
    start_stream demo --loop "file://$test_dir/in.ts"
    wait_for 30 went_on
    reached=$last
    # From 0.1 to 1.9 s later, another instant each time: before, in and after a cut.
    sleep "$((round * 19 / 100)).$((round * 19 % 100 / 10))"
    look
    reached=$last
    signal_group KILL "$(pid_of demo.hub)"
    wait_exit demo.hub
    wait_exit demo.ingest
done
