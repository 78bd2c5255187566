#!/usr/bin/env bash
# ctest: timeout 120
# Subtitles of files of several kinds are renditions of WebVTT: every cue at its time beside the picture, in each
# segment that it is shown in, whatever the segments are made of.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe jq

cat >en.srt <<'END'
1
00:00:01,000 --> 00:00:03,000
<i>one</i> & two

2
00:00:03,500 --> 00:00:08,500
a long line
of two

3
00:00:05,000 --> 00:00:06,000
<font color="red">beside</font> it --> so

4
00:00:10,000 --> 00:00:11,000
last
END
sed 's/last/dernière/' en.srt >fr.srt
make_media av.mp4 14
ffmpeg -nostdin -v error -i av.mp4 -i en.srt -i fr.srt -map 0 -map 1 -map 2 -c copy -c:s mov_text \
    -metadata:s:s:0 language=eng -metadata:s:s:1 language=fra two.mp4
for form in srt ass webvtt; do
    ffmpeg -nostdin -v error -i av.mp4 -i en.srt -map 0 -map 1 -c copy -c:s "$form" -metadata:s:s:0 language=eng "$form.mkv"
done

start_ready serve flu-serve --http 127.0.0.1:0 --workers 1
base=http://127.0.0.1:$serve_port
cues() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/vtt_check.py" "$1"; }
put() {  # STREAM FILE OPTION…
    start "$1" bash -c 'flu-demux "${@:2}" | flu-segment --segment-duration 2 --segments 30 --stay "$1"' - "$@"
    wait_for 20 grep -q 'producer left' "$1.log"
}
english() {  # END OF THE LONG ONE, IN HOW MANY SEGMENTS IT STANDS
    printf '%s\n' "en 1.00 3.00 '<i>one</i> &amp; two' 2" "en 3.50 $1 'a long line\\nof two' $2" \
        "en 5.00 6.00 'beside it --&gt; so' 1" "en 10.00 11.00 'last' 1"
}

# A track of MP4 shows one after the other.
put two two.mp4
expect_eq "$(english 5.00 2; english 5.00 2 | sed 's/^en/fr/')" "$(cues "$base/two/index.m3u8" | sed 's/dernière/last/')" "cues of mov_text"
expect_eq "$(cues "$base/two/index.m3u8")" "$(cues "$base/two/index.fmp4.m3u8")" "cues beside fragmented MP4"
expect_eq "$(cues "$base/two/index.m3u8")" "$(cues "$base/two/index.ll.m3u8")" "cues beside parts"
media=$(fetch "$base/two/index.m3u8" | grep SUBTITLES,)
expect_match 'GROUP-ID="subs",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,URI="tracks-t1/mono.vtt.m3u8"' "$media"
expect_match 'NAME="French",LANGUAGE="fr",DEFAULT=NO,AUTOSELECT=YES' "$media"

for form in srt ass webvtt; do
    put "$form" "$form.mkv"
    wanted=$(english 8.50 4)
    [[ $form != ass ]] || wanted=${wanted/<i>one<\/i>/one}
    [[ $form != webvtt ]] || wanted=${wanted/&amp;/\&}  # as it was in the file
    expect_eq "$wanted" "$(cues "$base/$form/index.m3u8")" "cues of $form"
done

# Picture and sound are as ever, without text in their segments; who asks for the wrong one is told.
expect_eq "h264 aac" "$(ffprobe -v error -show_entries program_stream=codec_name:stream=codec_name -of csv=p=0 \
    "$base/two/mono.m3u8" | awk 'NF && !seen[$0]++' | xargs)" "tracks of MPEG-TS"
expect_eq 415 "$(http_status "$base/two/tracks-t1/mono.m3u8")" "text as MPEG-TS"
expect_eq 415 "$(http_status "$base/two/tracks-v1/mono.vtt.m3u8")" "picture as text"
expect_eq 404 "$(http_status "$base/two/tracks-t3/mono.vtt.m3u8")" "a third text"
expect_eq 404 "$(http_status "$base/two/mono.vtt.m3u8")" "text of no track"
fetch "$base/two/index.mpd" | grep -q 'contentType="text"' && fail "the MPD has text"

put none two.mp4 allow_subtitles=false
fetch "$base/none/index.m3u8" | grep -q EXTINF || fail "without subtitles there is nothing to choose"
