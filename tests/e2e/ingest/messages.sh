#!/usr/bin/env bash
# What a user is told: wrong URLs and options, a terminal, a closed reader, a file that is none.
. "$(dirname "$0")/../lib.sh"

says() {  # CODE REGEX WORDS…
    local code=$1 regex=$2
    shift 2
    expect_exit "$code" "$@"
    expect_match "$regex" "$(cat err)" "$*"
    expect_eq 1 "$(wc -l <err)" "lines of: $(cat err)"
}

says 2 'tshttp://.*hls://' flu-ingest http://host/path
says 2 'rtsp2:// is not supported yet' flu-ingest rtsp2://user:secret@cam/h264
grep -q secret err && fail "a password is printed"
says 2 "unknown protocol 'upd', did you mean 'udp'" flu-ingest upd://239.0.0.1:1234
says 2 "unknown option 'progam', did you mean 'program'" flu-ingest udp://239.0.0.1:1234 progam=1
says 2 'file://clip.ts' flu-ingest clip.ts
says 2 'expected udp://ADDRESS:PORT' flu-ingest udp://239.0.0.1
says 2 'a flu stream, not --format ts' flu-ingest fake://fake --to x --format ts
says 2 '--fast goes with a file' flu-ingest fake://fake --fast
expect_exit 2 flu-ingest
expect_exit 2 flu-ingest fake://fake --to ../etc

head -c 100000 /dev/zero >zero.ts
: >empty.ts
expect_exit 4 flu-ingest --fast "file://$PWD/zero.ts"
expect_match 'it is not MPEG-TS' "$(cat err)"
head -c 100000 /dev/urandom >noise.ts
expect_exit 4 flu-ingest --fast "file://$PWD/noise.ts"
expect_match 'it is not MPEG-TS' "$(cat err)"
# A stream of which the tables were cut away; and one without the program that is wanted.
make_media clip.ts 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -f mpegts
/usr/bin/python3 -c 'import sys
data = sys.stdin.buffer.read()
for at in range(0, len(data), 188):
    if (data[at + 1] & 0x1F) << 8 | data[at + 2] in (0x100, 0x101):
        sys.stdout.buffer.write(data[at:at + 188])' <clip.ts >bare.ts
expect_exit 4 flu-ingest --fast "file://$PWD/bare.ts"
expect_match 'MPEG-TS without PAT and PMT' "$(cat err)"
expect_exit 4 flu-ingest --fast "file://$PWD/clip.ts" program=99
expect_match 'the MPEG-TS has no program 99' "$(cat err)"
expect_exit 4 flu-ingest --fast "file://$PWD/empty.ts"
expect_match 'it is empty' "$(cat err)"
flu-ingest --fast "file://$PWD/none.ts" >out 2>err && fail "a missing file was read"
expect_match "open .*none.ts: no such file" "$(cat err)"
expect_exit 2 flu-ingest "file://$PWD"
expect_match 'is a directory' "$(cat err)"

# --status tells of the whole run, however short it was.
need jq
flu-ingest --status --fast "file://$PWD/clip.ts" 2>status.log >/dev/null
expect_eq "$(stat -c %s clip.ts) 320" \
    "$(grep '"counters"' status.log | tail -n 1 | jq -r '"\(.bytes_in) \(.media_info.width)"')" 'the last counters'

# A reader that has enough is a clean end.
code=0
flu-ingest fake://fake 2>closed.log | head -c 1000 >/dev/null || code=${PIPESTATUS[0]}
expect_eq 0 "$code" "exit code after the reader left"

# Nothing is poured over a terminal.
need script
script -qec 'flu-ingest fake://fake 2>terminal.log' /dev/null >/dev/null || true
expect_match 'standard output is a terminal' "$(cat terminal.log)"
