#!/usr/bin/env bash
# Garbage into every port and socket while a good stream runs: that loses no frame, and every program lives on; the stream
# whose source was drowned in garbage comes back by itself. A thousand unknown names leave nothing behind.
. "$(dirname "$0")/../lib.sh"
need ffmpeg curl
window() { /usr/bin/python3 "$e2e_dir/segment/window.py" "$@"; }
live=$FLU_RUN_DIR/live
export ASAN_OPTIONS=quarantine_size_mb=1:$ASAN_OPTIONS

make_media in.ts 30
hub_options=(--segment-duration 1 --segments 60)
good=udp://127.0.0.1:$(free_port)
bad=udp://127.0.0.1:$(free_port)
start_stream good "$good"
start_stream bad "$bad"
for name in good bad; do wait_for 20 grep -q reading $name.ingest.log; done
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start_lying good.sender in.ts "$good" --seconds 60
start_lying bad.sender in.ts "$bad" --seconds 60 4:garbage:3000000 5:garbage:1000000
has() { (($(window list "$live/$1" | wc -l) >= $2)); }
wait_for 30 has good 2

cat >garbage.py <<'PYTHON'
import glob, os, random, socket, sys
noise = random.Random(5)
port, live = int(sys.argv[1]), sys.argv[2]
heads = [b"", b"GET ", b"GET /good/index.m3u8 HTTP/1.1\r\n", b"POST / HTTP/9.9\r\nContent-Length: 99999999999999999999\r\n\r\n",
         b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x03" + bytes(1536),
         b"\0\0\0\x18ftypiso6", b"\0\0\0\1moov\xff\xff\xff\xff\xff\xff\xff\xff"]
def pour(make):
    for head in heads:
        try:
            with make() as one:
                one.settimeout(0.3)
                one.sendall(head + noise.randbytes(noise.randrange(100, 60000)))
                if noise.random() < 0.5:
                    one.recv(1000)
        except OSError:
            pass
def tcp():
    return socket.create_connection(("127.0.0.1", port), 5)
def unix(path, kind):
    one = socket.socket(socket.AF_UNIX, kind)
    one.connect(path)
    return one
for _ in range(2):
    pour(tcp)
    for path in glob.glob(live + "/*/*.sock"):
        # Garbage of a producer would take its stream over once it plays; that of no stream must not.
        kind = socket.SOCK_SEQPACKET if path.endswith("win.sock") else socket.SOCK_STREAM
        pour(lambda: unix(path, kind))
PYTHON
/usr/bin/python3 garbage.py "$web_port" "$live"

worker() { pgrep -P "$(pid_of web)" | head -n 1; }
rss() { awk '/VmRSS/ {print $2}' "/proc/$(worker)/status"; }
names() { curl -s -o /dev/null -Z --parallel-max 20 "http://127.0.0.1:$web_port/$1[1-1000]/index.m3u8"; }
names warm || true
was=$(worker) before=$(rss)
for round in a b c; do names $round || true; done
expect_eq "$was" "$(worker)" 'the worker after 4000 unknown names'
grown=$(($(rss) - before))
((grown < 4096)) || fail "3000 unknown names took $grown KiB"
[[ ! -e $live/a1 ]] || fail 'an unknown name made a folder'

wait_for 30 has good $(($(window list "$live/good" | wc -l) + 2))
for name in good.ingest good.hub bad.ingest bad.hub web; do expect is_running $name; done
expect window check "$live/good" >/dev/null
window list "$live/good" | awk '$3 % 2 || $5 < 89900 || $5 > 90100 {print; bad = 1} END {exit bad}' ||
    fail 'the good stream lost something'
seen=$(window list "$live/bad" | wc -l)
wait_for 30 has bad $((seen + 2))
expect_eq 200 "$(http_status "http://127.0.0.1:$web_port/bad/index.m3u8")" 'the stream that had garbage'
