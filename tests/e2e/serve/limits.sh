#!/usr/bin/env bash
# Requests that are too long, too slow, too many or none at all: each gets its answer, the others theirs.
. "$(dirname "$0")/../lib.sh"
need curl

mkdir -p "$FLU_RUN_DIR/live/silent"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port

long=$(head -c 20000 /dev/zero | tr '\0' a)
expect_eq 414 "$(http_status "$url/$long")" 'a long address'
expect_eq 431 "$(http_status "$url/" -H "X-Long: $long")" 'long headers'
expect_eq 413 "$(head -c 100000 /dev/zero | http_status "$url/" -X GET --data-binary @- -H 'Expect:')" 'a large body'

/usr/bin/python3 - "$web_port" <<'PYTHON'
import socket, sys, time

def connect():
    client = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    client.settimeout(30)
    return client

def read_all(client):
    data = b""
    while more := client.recv(65536):
        data += more
    return data

def ask(data):
    client = connect()
    client.sendall(data)
    return read_all(client)

get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

# Pipelined: every one is answered, in order.
answers = ask(get * 40 + b"HEAD /nobody/mpegts HTTP/1.1\r\nHost: x\r\n\r\n" + last)
assert answers.count(b"HTTP/1.1 200 OK") == 41, answers
assert answers.split(b"HTTP/1.1 ")[-2].startswith(b"404"), answers

# Requests in pieces of one byte.
client = connect()
for byte in last:
    client.send(bytes([byte]))
assert read_all(client).startswith(b"HTTP/1.1 200 OK")

# Not HTTP, not a version of ours, without Host.
assert ask(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").startswith(b"HTTP/1.1 400")
assert ask(b"GET / HTTP/2.0\r\n\r\n").startswith(b"HTTP/1.1 505")
assert ask(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")

# HTTP/1.0 closes by itself; keep-alive where asked for.
assert b"Connection: close" in ask(b"GET / HTTP/1.0\r\n\r\n")
assert ask(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + last).count(b"200 OK") == 2

# Slow ones: a header that never ends is answered by 408 in time, one that never begins is closed.
begun, silent, start = connect(), connect(), time.monotonic()
begun.sendall(b"GET / HTTP/1.1\r\nHo")
assert read_all(begun).startswith(b"HTTP/1.1 408")
assert read_all(silent) == b""
took = time.monotonic() - start
assert 8 < took < 15, took
PYTHON

# A stream without a segment: 503 after a while, with a time to come back.
curl -sS -D headers -o body -m 20 "$url/silent/index.m3u8"
expect_match '503' "$(head -n 1 headers)" 'a stream without segments'
grep -qi '^Retry-After:' headers || fail 'no Retry-After'

# More clients than there are descriptors for.
kill_wait web
expect_eq 0 "$status" 'exit code after SIGTERM'
ulimit -n 300
start_ready few flu-serve --http 127.0.0.1:0 --workers 1
/usr/bin/python3 - "$few_port" <<'PYTHON'
import socket, sys
clients = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(250)]
clients[-1].settimeout(5)
assert clients[-1].recv(1000).startswith(b"HTTP/1.1 503"), "the 250th client was not refused"
clients[0].settimeout(5)
clients[0].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
assert clients[0].recv(1000).startswith(b"HTTP/1.1 200"), "the first client is not served"
PYTHON
