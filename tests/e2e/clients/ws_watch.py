#!/usr/bin/python3
"""usage: ws_watch.py URL: watches a WebSocket (ws, or wss with SSL_CERT_FILE) until it is closed. A line for each second in
which something came; the last is "closed CODE REASON", or "lost"."""
import socket
import ssl
import struct
import sys
import time
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
link = socket.create_connection((url.hostname, url.port), timeout=30)
if url.scheme == "wss":
    link = ssl.create_default_context().wrap_socket(link, server_hostname=url.hostname)
link.sendall(f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
stream = link.makefile("rb")
assert stream.readline().startswith(b"HTTP/1.1 101 "), "no WebSocket"
while stream.readline() != b"\r\n":
    pass
link.sendall(b"\x81\x86\0\0\0\0resume")
told = 0
while True:
    head = stream.read(2)
    if len(head) < 2:
        print("lost")
        break
    size = head[1]
    if size > 125:
        size = struct.unpack(">H" if size == 126 else ">Q", stream.read(2 if size == 126 else 8))[0]
    payload = stream.read(size)
    if head[0] == 0x88:
        print("closed", struct.unpack(">H", payload[:2])[0], payload[2:].decode())
        link.sendall(b"\x88\x82\0\0\0\0" + payload[:2])
        break
    if int(time.monotonic()) > told:
        told = int(time.monotonic())
        print("media" if head[0] == 0x82 else "text", flush=True)
