#!/usr/bin/env bash
# Every key of the config changed in turn on a server with viewers: only the stream whose key it is is touched, and of
# that one only what has to be. The other keeps its processes, its viewer and its time.
. "$(dirname "$0")/../lib.sh"
need jq curl

port=$(free_port)
mkdir vod other
base='url udp://127.0.0.1:9 program=1;'
configure() {  # GLOBALS KIND BLOCK
    cat >flu.conf <<END
http 127.0.0.1:$port;
$1
stream same { url fake://fake; segment_duration 1; segments 4; }
$2 mine { $3 }
END
}
reload() {  # its touched units on one line
    configure "$@"
    flu-ctl reload --json >reply 2>err || fail "reload of '$*': $(<err)"
    jq -r '[.started[], .stopped[], .restarted[], .updated[]] | sort | join(" ")' reply
}
configure '' stream "$base"
start_ready supervisor flu-supervisor --config flu.conf

playlist() { fetch "http://127.0.0.1:$port/same/index.m3u8"; }
wait_for 30 playlist
start viewer curl -sS -o seen.ts "http://127.0.0.1:$port/same/mpegts"
sees() { [[ -s seen.ts ]]; }
wait_for 10 sees
serve=$(jq -r .pid "$FLU_RUN_DIR/units/serve.json")
everything() {
    jq -r '"\(.unit)=\(.pid)"' "$FLU_RUN_DIR"/units/{segment,ingest}@same.json "$FLU_RUN_DIR/units/serve.json"
    pgrep -P "$serve" | sort
}
before=$(everything)

rows=0
change() {  # TOUCHED GLOBALS [KIND BLOCK]: from the base to this and back
    local what="${*:2}"
    expect_eq "$1" "$(reload "$2" "${3-stream}" "${4-$base}")" "touched by '$what'"
    expect_eq "$before" "$(everything)" "processes of the others after '$what'"
    reload '' stream "$base" >back
    [[ ! $(<back) =~ same|serve ]] || fail "touched on the way back from '$what': $(<back)"
    expect_eq "$before" "$(everything)" "processes of the others on the way back from '$what'"
    rows=$((rows + 1))
}
mine() { change "$1" '' "${@:2}"; }
udp=udp://127.0.0.1:9
# What only tells, and what a running process takes over.
mine '' stream "$base title 'x';"
mine '' stream "$base comment 'x';"
mine '' stream "$base hls off; mpegts off;"
mine '' stream "$base url_prefix http://cdn; add_audio_only;"
mine '' stream "$base retry_limit 3;"
mine '' stream "$base clients_timeout 5;"
mine '' stream "$base client_timeout 5;"
mine segment@mine stream "$base segment_duration 2;"
mine segment@mine stream "$base segments 7;"
mine segment@mine stream "$base segment_count 9;"
change '' 'url_prefix http://cdn;'
# What the source is.
mine ingest@mine stream "$base url fake://fake;"
mine ingest@mine stream "urls $udp fake://fake;"
mine ingest@mine stream "$base source_timeout 7;"
mine ingest@mine stream "$base frames_timeout 3;"
for option in program=2 pids=33,34 priority=2 source_timeout=5 allow_subtitles=false; do
    mine ingest@mine stream "url $udp $option;"
done
mine ingest@mine stream "url tshttp://127.0.0.1:9/a user_agent=x header.X-Y=z;"
mine ingest@mine stream "url tshttps://127.0.0.1:9/a tls_ca=/none;"
mine ingest@mine stream "url hls://127.0.0.1:9/a.m3u8 skip_stalled_check=true;"
# Whether and when it runs.
mine 'ingest@mine segment@mine' stream "$base disabled;"
mine 'ingest@mine' ondemand "$base"
mine 'ingest@mine' ondemand "$base retry_limit 3;"
mine '' ondemand "$base retry_limit 0; clients_timeout 5;"
mine ingest@mine stream ''
mine 'ingest@mine ingest@third segment@mine segment@third' stream "disabled; } stream third { $base"
mine 'ingest@fourth segment@fourth' stream "$base } ondemand fourth { url fake://fake;"
# Another one of the same address: the receiver is new, and nobody is replaced.
mine "ingest@fifth segment@fifth share@127.0.0.1_9" stream "$base } stream fifth { url $udp program=2;"
# What is of the whole server.
change '' 'view_auth a b;'
change '' 'edit_auth a b;'
change '' "file vod { path $PWD/vod; }"
location="file vod { path $PWD/vod; }"
change ingest@mine "$location" stream "$base backup vod/spare.ts;"
change ingest@mine "file vod { paths $PWD/vod $PWD/other; }" stream "$base backup vod/spare.ts;"
change ingest@mine "$location" stream "$base url file://vod/a.ts;"

((rows > 30)) || fail "only $rows rows"
size=$(stat -c %s seen.ts)
goes_on() { (($(stat -c %s seen.ts) > size)); }
wait_for 10 goes_on
expect is_running viewer
playlist | grep -qx '#EXT-X-DISCONTINUITY' && fail 'a discontinuity'
expect_eq '0 0' "$(flu-ctl stream same --json | jq -r '.units[0].counters | "\(.discontinuities) \(.dropped_frames)"')" \
    'discontinuities and dropped frames'
