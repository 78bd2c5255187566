#!/usr/bin/env bash
# SCTE-35 from the source to every MPEG-TS that goes out: its own PID, announced, and a splice that points at the same
# picture as in the source, whatever the times became.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe curl
tables() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_tables.py" "$@"; }
pts_of_keys() { ffprobe -v error -select_streams v -show_entries packet=pts,flags -of csv=p=0 "$1" | awk -F, '/K/ { print $1 }'; }

make_media clip.ts 12 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
target=$(pts_of_keys clip.ts | sed -n 6p)
expect tables splice clip.ts "$target" spliced.ts
expect_eq "splice_insert pts=$target" "$(tables dump spliced.ts | grep splice)" 'the source'

check() {  # FILE WHAT: the splice is at the sixth key frame, and the PMT says what the PID is
    tables dump "$1" >dump
    grep lost dump && fail "$2: counters break"
    expect_match '0x86@0x200' "$(grep pmt dump)" "$2: PMT"
    expect_match 'program=050443554549' "$(grep 0x86 dump)" "$2: CUEI"
    expect_eq "splice_insert pts=$(pts_of_keys "$1" | sed -n "$3p")" "$(grep splice dump)" "$2: splice"
    expect_match 'scte_35' "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$1")" "$2: ffprobe"
}

flu-ingest --fast --format ts "file://$PWD/spliced.ts" >out.ts 2>ingest.log
check out.ts '--format ts' 6
# The PID is named once it is used: the first PMT is without it, the next version with it.
expect_eq '0 1' "$(grep -o 'version=[01] program' dump | tr -dc '01\n' | xargs)" 'versions of the PMT'
# flu's own reader, and a second pass over it.
flu-ingest --format ts - <out.ts >again.ts 2>again.log
check again.ts 'second pass' 6

# A section that comes before the first frame is whole is not lost.
expect tables splice clip.ts "$(pts_of_keys clip.ts | sed -n 2p)" early.ts
flu-ingest --fast --format ts "file://$PWD/early.ts" >out.ts 2>early.log
check out.ts 'before the first frame' 2

# Live: /mpegts from its first frames, then the same from the segments of HLS.
hub_options=(--segment-duration 2 --segments 20 --stay)
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
base=http://127.0.0.1:$web_port/demo
start_stream demo "file://$PWD/spliced.ts"
wait_for 10 test -S "$FLU_RUN_DIR/live/demo/out.sock"
start viewer curl -sS -o live.part "$base/mpegts"
wait_exit demo.ingest
wait_for 10 grep -q 'the stream ended' demo.hub.log
fetch "$base/index.m3u8" >list
for segment in $(grep -v '^#' list); do
    fetch "$base/$segment" >one.ts
    expect_eq '' "$(tables dump one.ts | grep lost)" "counters of $segment"
    cat one.ts >>whole.ts
done
check whole.ts 'HLS' 6
# The playlists tell of it, each the same, each time the same, with the time of its picture.
ranges() { fetch "$base/$1" | grep DATERANGE; }
expect_match '^#EXT-X-DATERANGE:ID="splice-[0-9]+-[0-9]+",START-DATE="20.*Z",.*SCTE35-OUT=0xFC30[0-9A-F]*$' "$(ranges index.m3u8)"
expect_eq "$(ranges index.m3u8)" "$(ranges index.fmp4.m3u8)"
expect_eq "$(ranges index.m3u8)" "$(ranges tracks-a1/mono.m3u8)"
expect_eq "$(pts_of_keys whole.ts | sed -n 6p)" \
    "$(date -ud "$(ranges index.m3u8 | sed 's/.*START-DATE="\([^"]*\)".*/\1/')" +'%s %3N' |
        awk -v pts="$(pts_of_keys whole.ts | sed -n 6p)" '{ wanted = ($1 * 90000 + $2 * 90) % 8589934592
            print (pts - wanted >= 0 && pts - wanted < 90) ? pts : wanted }')" 'START-DATE'
head -c "$(($(stat -c %s live.part) / 188 * 188))" live.part >live.ts
wanted=$(grep splice dump)
check live.ts '/mpegts' "$(pts_of_keys live.ts | grep -nx "${wanted#*=}" | cut -d: -f1)"
expect_match 'provider=flu name=demo' "$(cat dump)" 'SDT'
