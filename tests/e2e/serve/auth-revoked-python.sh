#!/usr/bin/env bash
# A session that is ended before anybody decided on it: who waits is told so, and does not wait for ever.
. "$(dirname "$0")/../lib.sh"
need curl python3

start_stream demo fake://fake
wait_for 20 test -d "$FLU_RUN_DIR/live/demo"
start auth python3 -uc '
import json, os, socket
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(os.environ["FLU_RUN_DIR"] + "/auth.sock")
listener.listen()
print("there")
while True:
    peer, _ = listener.accept()
    while data := peer.recv(1 << 18):
        message = json.loads(data)
        if message["type"] != "open": continue
        numbers = [session["n"] for session in message["sessions"]]
        peer.send(json.dumps({"type": "revoke", "numbers": numbers}).encode())
        print("revoked", numbers)'
wait_for 10 grep -q there auth.log
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
for page in index.m3u8 mpegts; do
    expect_eq 403 "$(http_status "http://127.0.0.1:$web_port/demo/$page" -m 10)" "$page"
done
expect grep -q revoked auth.log
