#!/usr/bin/env bash
# HLS of what flu-dvr recorded: ranges, from a moment to now, timeshift, over a gap, and when the stream has ended.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe jq curl

make_media clip.ts 60
start_ready hub flu-segment --no-stdin --segment-duration 1 --segments 6 cam
begin() { start source flu-ingest --to cam --loop "file://$PWD/clip.ts"; }
begin
start recorder flu-dvr record --root "$PWD/archive" cam
start_ready web flu-serve --http 127.0.0.1:0 --workers 2 --dvr-root "$PWD/archive"
url=http://127.0.0.1:$web_port/cam
check=(/usr/bin/python3 "$e2e_dir/clients/archive_list.py")

# Segments of the live window, to be compared with those of the archive later.
wait_for 20 fetch "$url/mono.m3u8"
mkdir live old
segment=$(fetch "$url/mono.m3u8" | grep -m1 '\.ts$')
init=$(fetch "$url/mono.fmp4.m3u8" | sed -n 's/#EXT-X-MAP:URI="\(.*\)"/\1/p')
addresses=("$segment" "${segment%.ts}.m4s" "$init")
fetch_all() {  # FOLDER
    local address
    for address in "${addresses[@]}"; do fetch "$url/$address" -o "$1/${address//\//+}"; done
}
fetch_all live

recording() { fetch "$url/recording_status.json${1:-}"; }
recorded() { recording | jq -e '.cam.from'; }
wait_for 20 recorded
from=$(recorded)
ranges() { recording "?from=$from" | jq -c '.[0].ranges | length'; }
has_recorded() { (($(recording | jq '.cam.to - .cam.from') >= $1)); }
wait_for 20 has_recorded 4

# From a moment to now: as the stream goes on, the list only grows, without a hole or a double at the seam.
fetch "$url/index-$from-now.m3u8" >event.m3u8
expect "${check[@]}" whole event.m3u8
is_dropped() { ! fetch "$url/mono.m3u8" | grep -qF "$segment"; }
wait_for 20 is_dropped
fetch "$url/index-$from-now.m3u8" >later.m3u8
expect "${check[@]}" grows event.m3u8 later.m3u8
expect_eq "$(fetch "$url/mono.m3u8" | tail -n 1)" "$(tail -n 1 later.m3u8)" 'the newest segment'
expect grep -qF "$segment" later.m3u8
fetch "$url/archive/$from/now/index.m3u8" | grep -q '^\.\./\.\./\.\./tracks-v1a1/' || fail 'archive/FROM/now'
expect_eq "$(sed -n '/^#/!p' later.m3u8)" "$(fetch "$url/archive-$from-now.m3u8" | sed -n '/^#/!p' |
    head -n "$(grep -c '^tracks' later.m3u8)")"
fetch "$url/rewind-4.m3u8" >rewind.m3u8
expect "${check[@]}" whole rewind.m3u8
expect test "$(grep -c '\.ts$' rewind.m3u8)" -le 7

# A gap.
kill_wait source KILL
sleep 4  # how long it is
begin
has_gap() { (($(ranges) >= 2)); }
wait_for 30 has_gap
gap=$(recording "?from=$from" | jq '.[0].ranges[0] | .from + .duration')
wait_for 20 has_recorded 16

# Timeshift: it goes on with its session; in a gap the list is empty, unless gaps are skipped.
sequence() { sed -n 's/#EXT-X-MEDIA-SEQUENCE://p' "$1"; }
fetch "$url/timeshift_abs-$from.m3u8?token=a" >first.m3u8
expect_match "$segment" "$(<first.m3u8)"
has_moved() {
    fetch "$url/timeshift_abs-$from.m3u8?token=a" >moved.m3u8
    (($(sequence moved.m3u8) > $(sequence first.m3u8)))
}
wait_for 10 has_moved
fetch "$url/timeshift_abs_mono-$from.m3u8?token=b" >other.m3u8
expect_eq "$(sequence first.m3u8)" "$(sequence other.m3u8)" 'another session begins at the beginning'
fetch "$url/timeshift_abs-$((gap + 1)).m3u8?token=c" >gap.m3u8
expect_eq 0 "$(grep -c '\.ts' gap.m3u8 || true)" 'segments in the gap'
expect test "$(sequence gap.m3u8)" -gt "$(sequence moved.m3u8)"
has_passed() { fetch "$url/timeshift_abs-$((gap + 1)).m3u8?token=c" | grep -q '\.ts'; }
wait_for 10 has_passed
fetch "$url/timeshift_abs-$((gap + 1)).m3u8?token=d&ignore_gaps=true" | grep -q '\.ts' || fail 'a gap is skipped'
fetch "$url/rel-timeshift_rel-3.m3u8" | grep -q '\.ts$' || fail 'timeshift_rel'

# It ends; all of it is there, and is what was recorded.
kill_wait source TERM
kill_wait hub TERM
sleep 2  # the recorder writes what came last
kill_wait recorder TERM
is_over() { fetch "$url/index-$from-now.m3u8" | grep -q '#EXT-X-ENDLIST'; }
wait_for 20 is_over
fetch_all old
expect diff -r live old
for list in index archive mono video1 tracks-v1a1/index; do
    fetch "$url/$list-$from-600.m3u8" >whole.m3u8
    expect "${check[@]}" whole whole.m3u8
    expect_eq '#EXT-X-ENDLIST' "$(tail -n 1 whole.m3u8)" "$list"
done
expect_eq 1 "$(grep -c '#EXT-X-DISCONTINUITY$' whole.m3u8)" 'the gap'
expect_match '#EXT-X-PLAYLIST-TYPE:VOD' "$(<whole.m3u8)"
frames() { ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 "$1" | grep -m1 .; }
wanted=0
for blob in archive/cam/*/*/*/*.mp4; do wanted=$((wanted + $(frames "$blob"))); done
for list in index mono.fmp4; do
    name=${list%.fmp4}-$from-600${list#"${list%.fmp4}"}
    ffmpeg -nostdin -v error -i "$url/$name.m3u8" -map 0:v -f framemd5 - 2>errors | grep -vc '^#' >count
    expect_eq '' "$(grep -v 'non monotonically' errors || true)" "$name"
    expect_eq "$wanted" "$(<count)" "frames of $name"
done

expect_eq 404 "$(http_status "$url/index-1000000000-60.m3u8")"
expect_match 'Nothing is recorded' "$(curl -s "$url/index-1000000000-60.m3u8")"
for path in "index-$from-0" index-18446744073709551615-18446744073709551615 "timeshift_abs-$((from - 1000))" \
    timeshift_abs-4000000000 tracks-v7/index-"$from"-60 ../cam/index-"$from"-60; do
    expect_match '^40[04]$' "$(http_status --path-as-is "$url/$path.m3u8")" "$path"
done
expect_eq 404 "$(http_status "${url%cam}none/index-$from-60.m3u8")"
expect_eq 404 "$(http_status "${url%cam}none/recording_status.json")"
expect_eq 404 "$(http_status "$url/${segment/-/-9}")"
