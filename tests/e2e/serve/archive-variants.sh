#!/usr/bin/env bash
# The archive of a stream of two languages: multivariant playlists as the live ones, that lead to the same part of it.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe jq curl

make_media two.ts 20 -map 0:v -map 1:a -map 1:a -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p \
    -c:a aac -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra
hub_options=(--segment-duration 1)
start_stream a/b --loop "file://$PWD/two.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1 --dvr-root "$PWD/archive"
url=http://127.0.0.1:$web_port/a/b
wait_for 20 fetch "$url/index.m3u8"
start recorder flu-dvr record --root "$PWD/archive" a/b
extent() { fetch "$url/recording_status.json" | jq -e ".[\"a/b\"]$1"; }
wait_for 20 extent .from
has_enough() { (($(extent '.to') - $(extent '.from') >= 8)); }
wait_for 30 has_enough
from=$(extent .from)

addresses() { grep -oE '(tracks-[^"]*|video[^"]*)\.m3u8' | sort -u; }
for part in "$from-6" "$from-now" "timeshift_abs-$from" timeshift_rel-4 rewind-4; do
    [[ $part == rewind* ]] && name=$part || name=index-$part
    fetch "$url/$name.m3u8" >master.m3u8
    expect_eq "$(fetch "$url/index.m3u8" | addresses | sed "s/mono/mono-$part/")" "$(addresses <master.m3u8)" "$name"
    for address in $(addresses <master.m3u8); do
        fetch "$url/$address" | grep -q '\.ts$' || fail "$address has no segments"
    done
    expect_eq "$(sed -n 's/.*CODECS="\([^"]*\)".*/\1/p' master.m3u8)" \
        "$(fetch "$url/index.m3u8" | sed -n 's/.*CODECS="\([^"]*\)".*/\1/p')" "codecs of $name"
    expect test "$(sed -n 's/.*[:,]BANDWIDTH=\([0-9]*\).*/\1/p' master.m3u8 | head -n 1)" -gt 10000
done
fetch "$url/video-$from-6.m3u8" | addresses >videos
expect_eq "video1-$from-6.m3u8" "$(<videos)"
expect_eq 'audio audio video' "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 "$url/index-$from-6.m3u8" |
    sed '/^$/d' | sort | uniq | paste -sd' ' | sed 's/^audio/audio audio/')"
expect_eq '' "$(ffmpeg -nostdin -v error -i "$url/index-$from-6.m3u8" -map 0 -f null - 2>&1 | grep -v 'non monotonically' || true)"
expect_eq 404 "$(http_status "$url/tracks-a3/index-$from-6.m3u8")"
expect_eq 400 "$(http_status "$url/index-$from-6.m3u8?filter.tracks=x")"
