#!/usr/bin/env bash
# url_prefix and add_audio_only of the config stand in the playlists of a running server, and go with a reload.
. "$(dirname "$0")/../lib.sh"
need curl

port=$(free_port)
base=http://127.0.0.1:$port
configure() {
    cat >flu.conf <<END
http 127.0.0.1:$port;
$1
stream a/cam { url fake://fake; segment_duration 1; $2 }
stream other { url fake://fake; segment_duration 1; }
END
}
text() { fetch "$base/$1"; }
addresses() { text "$1" | grep -v '^#' | sort -u; }
count() { text "$1" | grep -c "$2" || true; }

configure '' ''
start_ready supervisor flu-supervisor --config flu.conf
wait_for 30 text a/cam/index.m3u8
expect_eq 0 "$(count a/cam/index.m3u8 STREAM-INF)" 'variants of one picture and one sound'
wait_for 30 text other/index.m3u8

configure 'url_prefix http://edge.example;' 'url_prefix http://cdn.example/x/; add_audio_only;'
flu-ctl reload >/dev/null
has_two() { [[ $(count a/cam/index.m3u8 STREAM-INF) == 2 ]]; }
wait_for 10 has_two
wanted='http://cdn.example/x/a/cam/tracks-a1/mono.m3u8
http://cdn.example/x/a/cam/tracks-v1a1/mono.m3u8'
has_wanted() { [[ $(addresses a/cam/index.m3u8) == "$wanted" ]]; }
wait_for 10 has_wanted
prefixed() { ! addresses "$1" | grep -qvE "^$2/20[0-9][0-9]/"; }
wait_for 10 prefixed a/cam/tracks-v1a1/mono.m3u8 http://cdn.example/x/a/cam/tracks-v1a1
wait_for 10 prefixed other/index.m3u8 http://edge.example/other/tracks-v1a1
mapped() { [[ $(count other/index.fmp4.m3u8 'MAP:URI="http://edge.example/other/tracks-v1a1/init-') == 1 ]]; }
wait_for 10 mapped

configure '' ''
flu-ctl reload >/dev/null
plain() { [[ $(count a/cam/index.m3u8 '^tracks-v1a1/20') -gt 0 && $(count other/index.m3u8 edge) == 0 ]]; }
wait_for 10 plain
