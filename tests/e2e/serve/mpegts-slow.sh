#!/usr/bin/env bash
# A client of HTTP MPEG-TS that falls behind further than is kept goes on at a key frame: whole packets, and each PID
# says that its counter breaks there (ISO 13818-1 2.4.3.5).
. "$(dirname "$0")/../lib.sh"
need ffmpeg curl

make_media clip.ts 10 -c:v mpeg2video -b:v 12M -minrate 12M -maxrate 12M -bufsize 2M -g 25 -c:a mp2 -f mpegts
ffmpeg -nostdin -v error -stream_loop 4 -i clip.ts -c copy long.ts
(($(stat -c %s long.ts) > 60000000)) || fail "long.ts has $(stat -c %s long.ts) bytes: too few to fall behind"

start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start hub bash -c '{ head -c 18800000 long.ts
    until [[ -e first && $(stat -c %s first) == 188000 ]]; do sleep 0.05; done
    tail -c +18800001 long.ts; } | flu-segment --stay demo'
wait_for 20 curl -fsS -m 10 -r 0-0 "http://127.0.0.1:$web_port/demo/index.m3u8"

# Takes a little, then nothing until told, then everything.
start viewer bash -c 'curl -sS "$0" | { dd bs=188 count=1000 iflag=fullblock of=first status=none
    until [[ -e go ]]; do sleep 0.05; done
    exec cat >rest; }' "http://127.0.0.1:$web_port/demo/mpegts"
wait_for 60 grep -q 'the producer left' hub.log
touch go
has_rest() { (($(stat -c %s rest) > 1000000)); }
wait_for 10 has_rest
kill_wait web  # ends what is sent
wait_exit viewer
cat first rest >all.ts
head -c "$(($(stat -c %s all.ts) / 188 * 188))" all.ts >whole.ts
(($(stat -c %s whole.ts) < 50000000)) || fail 'the client did not fall behind'
/usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_tables.py" dump whole.ts >dump
grep lost dump && fail 'counters break without a word'
expect_match 'discontinuity pid=0x100 pcr=yes' "$(cat dump)" 'where it goes on'
expect_match 'discontinuity pid=0x1000 pcr=no' "$(cat dump)" 'where it goes on'
