#!/usr/bin/env python3
"""usage: ts_server.py CLIP [CERTIFICATE KEY]: an HTTP server with good and bad answers; prints its port.

What was asked for is written to requests.txt in the working directory.
"""
import base64
import http.server
import ssl
import sys
import time

CLIP = open(sys.argv[1], "rb").read()
SECONDS = 6.0  # of the clip
LOGIN = "Basic " + base64.b64encode(b"us er:pa:ss").decode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def head(self, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def whole(self, body, **headers):
        self.head(Content_Length=str(len(body)), **headers)
        self.wfile.write(body)

    def chunk(self, data):
        self.wfile.write(b"%x;some=extension\r\n" % len(data) + data + b"\r\n")

    def live(self, write, burst):
        """The first seconds at once, the rest in real time, in odd pieces."""
        rate = len(CLIP) / SECONDS
        sent, start = 0, time.monotonic()
        while sent < len(CLIP):
            due = min(len(CLIP), int((time.monotonic() - start + burst) * rate))
            while sent < due:
                write(CLIP[sent:min(sent + 1001, due)])
                sent = min(sent + 1001, due)
            time.sleep(0.02)

    def do_GET(self):
        with open("requests.txt", "a") as log:
            log.write(f"{self.requestline}\n{self.headers}\n")
        name = "do_" + self.path.split("?")[0].strip("/").replace(".", "_").replace("/", "_")
        self.close_connection = True
        try:
            getattr(self, name, self.missing)()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def missing(self):
        self.send_error(404)

    def do_live_ts(self):
        self.head(Content_Type="video/mp2t", Transfer_Encoding="chunked")
        self.live(self.chunk, 3.0)
        self.wfile.write(b"0\r\nX-Trailer: x\r\n\r\n")

    def do_close_ts(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        self.live(self.wfile.write, 0.0)

    def do_icy_ts(self):
        self.wfile.write(b"ICY 200 OK\r\nicy-name: x\r\n\r\n" + CLIP)

    def do_file_ts(self):
        self.whole(CLIP)

    def do_cut_ts(self):
        self.head(Content_Length=str(len(CLIP) + 1000))
        self.wfile.write(CLIP)

    def do_auth_ts(self):
        if self.headers["Authorization"] != LOGIN:
            return self.head(401, WWW_Authenticate='Basic realm="x"', Content_Length="0")
        self.whole(CLIP)

    def do_a_first(self):
        self.head(302, Location="../b/second?x=1", Content_Length="0")

    def do_b_second(self):
        self.head(307, Location="/file.ts", Content_Length="0")

    def do_circle(self):
        self.head(301, Location="/circle", Content_Length="0")

    def do_insecure(self):
        self.head(302, Location="http://127.0.0.1:1/", Content_Length="0")

    def do_page(self):
        self.whole(b"<!DOCTYPE html><p>hello</p>", Content_Type="text/html")

    def do_list_m3u8(self):
        self.whole(b"#EXTM3U\n#EXTINF:4,\nseg0.ts\n", Content_Type="text/plain")

    def do_gzip(self):
        self.whole(b"\x1f\x8b", Content_Encoding="gzip")

    def do_noise(self):
        self.whole(b"noise " * 1000)

    def do_empty(self):
        self.whole(b"")

    def do_busy(self):
        self.head(503, Content_Length="0")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
