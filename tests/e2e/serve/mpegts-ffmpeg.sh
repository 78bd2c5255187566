#!/usr/bin/env bash
# HTTP MPEG-TS: begins at once with tables and a key frame, goes on without a gap, lives through a restart of the hub,
# and a client that stops reading costs nobody else anything.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe curl

start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port/demo/mpegts
wait_for 15 curl -fsS -m 10 -r 0-0 "http://127.0.0.1:$web_port/demo/index.m3u8"

expect_match 'Content-Type: video/mp2t' "$(curl -sS -I -m 10 "$url")" 'HEAD'
expect_eq 200 "$(http_status "$url" -I)"

# The newest key frame is there already: ten clients, one after the other, wait for none.
begin=$(date +%s%N)
for _ in {1..10}; do { curl -s -m 10 "$url" || true; } | head -c 18800 >part; done
took=$((($(date +%s%N) - begin) / 1000000))
((took < 5000)) || fail "ten clients needed $took ms for their first bytes"
expect_eq 18800 "$(stat -c %s part)" 'bytes'
expect_eq 47 "$(od -An -tx1 -N1 part | tr -d ' ')" 'the first byte'
ffprobe -v error -show_entries packet=flags -select_streams v -read_intervals %+#1 -of csv=p=0 part >first
expect_match '^K' "$(head -n 1 first)" 'the first picture'

ffmpeg -nostdin -v error -xerror -i "$url" -t 4 -c copy -f null - 2>ffmpeg.err || fail "ffmpeg: $(cat ffmpeg.err)"
expect_eq '' "$(cat ffmpeg.err)" 'what ffmpeg says'

# A client that does not read, beside one that does.
exec 5<>"/dev/tcp/127.0.0.1/$web_port"
printf 'GET /demo/mpegts HTTP/1.1\r\nHost: x\r\n\r\n' >&5
start reader curl -sS -o through "$url"
size() { stat -c %s through; }
has_data() { [[ -s through ]]; }
wait_for 10 has_data
was=$(size)

# The client stays when the hub is killed and comes again.
signal_group KILL "$(pid_of demo.hub)"
signal_group KILL "$(pid_of demo.ingest)"
wait_exit demo.hub
wait_exit demo.ingest
rm -f demo.pipe
start_stream demo fake://fake
grows() { (($(size) > was + 500000)); }
wait_for 20 grows
expect is_running reader
exec 5>&-

# What that client got is one stream: counters go on, or a packet says that they do not, and a new time base has its PCR.
kill_wait reader
/usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_tables.py" dump through >dump
grep lost dump && fail 'counters break without a word'
expect_match 'discontinuity pid=0x100 pcr=yes' "$(cat dump)" 'the restart'
expect_match 'discontinuity pid=0x101' "$(cat dump)" 'the restart'
/usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_check.py" through >check || fail "PCR and tables: $(cat check)"
