#!/usr/bin/env bash
# Handshakes that stop half way, slow readers and mistakes with certificates.
. "$(dirname "$0")/../lib.sh"
need curl jq openssl python3
. "$e2e_dir/tls/certificates.bash"
cat good.pem good.key >both.pem

# What is named has to be good; the message names the file.
refused() { expect_exit 2 timeout 20 flu-serve --https 127.0.0.1:0 "$@"; }
refused --tls-cert good.pem --tls-key other.key
expect_match 'key other.key does not belong to certificate good.pem' "$(<err)"
refused --tls-cert nowhere.pem
expect_match 'nowhere.pem' "$(<err)"
refused --tls-cert good.pem --tls-cert other.pem --tls-key good.key
expect_match 'as many as --tls-cert, 2' "$(<err)"

start_stream demo fake://fake
start_ready web flu-serve --https 127.0.0.1:0 --workers 1 --tls-cert both.pem --tls-cert old.pem --tls-key both.pem --tls-key old.key
expect grep -q 'old.pem is out of date' web.log
expect grep -q 'both.pem ends soon' web.log
base=https://127.0.0.1:$web_port
plays() { fetch "$base/demo/index.m3u8" --cacert ca.pem; }
wait_for 30 plays

# More handshakes that never end than are kept: who comes now is served, at once.
start half /usr/bin/python3 -u -c '
import socket, sys, time
all = []
for i in range(1200):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.send(bytes([22, 3, 1, 2, 0, 1]))
    all.append(s)
print("there", flush=True)
time.sleep(60)' "$web_port"
wait_for 30 grep -q there half.log
expect plays >/dev/null
closed_by_us() { (($(ss -Htn state established "sport = :$web_port" | wc -l) < 1100)); }
wait_for 30 closed_by_us

# A reader that stops in the middle of a record gets the bytes that were meant, later.
start slow /usr/bin/python3 -u -c '
import socket, ssl, sys, time
context = ssl.create_default_context(cafile="ca.pem")
raw = socket.socket(); raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
raw.connect(("127.0.0.1", int(sys.argv[1])))
s = context.wrap_socket(raw, server_hostname="localhost")
s.send(b"GET /demo/mpegts HTTP/1.0\r\n\r\n")
out = open("slow.ts", "wb")
body = b""
while b"\r\n\r\n" not in body: body += s.recv(4096)
body = body.split(b"\r\n\r\n", 1)[1]
time.sleep(4)
while len(body) < 1500000:
    more = s.recv(3000)
    if not more: break
    body += more
out.write(body)
out.close()
print("finished", len(body), all(body[i] == 0x47 for i in range(0, len(body) - 188, 188)))' "$web_port"
wait_for 40 grep -q finished slow.log
expect grep -q 'True$' slow.log
ends() { [[ $(curl -s --cacert ca.pem "$base/demo/index.m3u8" -H 'Connection: close' -w '%{http_code} %{errormsg}') == *'200 ' ]]; }
expect ends
kill_wait web
expect_eq 0 "$status"
