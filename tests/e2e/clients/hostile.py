"""usage: hostile.py PORT STREAM WORKER_PID LIVE_FOLDER: one kind of hostile client after the other against flu-serve, while a
well-behaved one goes on playing beside them. Ends with an error where that one is refused or waits, where an answer is not
what it should be, or where the worker keeps memory of those who left. Prints what it saw.
"""
import re
import socket
import sys
import threading
import time
import urllib.parse

PORT, STREAM, WORKER = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
MAX_WAIT = 10.0       # s for one answer to the well-behaved client, on a loaded machine
MAX_GROWTH = 16 << 20  # bytes that the worker may keep of all that was done to it


def resident():
    with open(f"/proc/{WORKER}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) << 10


def connect(timeout=20):
    client = socket.create_connection(("127.0.0.1", PORT))
    client.settimeout(timeout)
    return client


def read_all(client):
    data = b""
    try:
        while more := client.recv(65536):
            data += more
    except ConnectionResetError:
        pass
    return data


def ask(data):
    with connect() as client:
        try:
            client.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # answered before all of it was sent
        return read_all(client)


def get(target, *headers, close=True):
    closing = ["Connection: close"] if close and not any(line.startswith("Connection:") for line in headers) else []
    lines = [f"GET {target} HTTP/1.1", "Host: x", *headers, *closing]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def status(answer):
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


class Viewer(threading.Thread):
    """Plays: the playlist on a connection that stays, the newest segment on another, and MPEG-TS without end."""

    def __init__(self):
        super().__init__(daemon=True)
        self.is_over = False
        self.worst = 0.0
        self.answers = 0
        self.live_bytes = 0
        self.error = None

    def run(self):
        try:
            self.play()
        except Exception as error:  # the main thread raises it
            self.error = error

    def play(self):
        live = connect()
        live.sendall(get(f"/{STREAM}/mpegts"))
        live.settimeout(20)
        kept = connect()
        while not self.is_over:
            self.live_bytes += len(live.recv(1 << 20))
            playlist = self.timed(lambda: self.keep(kept, f"/{STREAM}/mono.m3u8"))
            segment = playlist.decode().strip().splitlines()[-1]
            answer = self.timed(lambda: ask(get(f"/{STREAM}/{segment}")))
            if status(answer) != 200:
                raise AssertionError(f"the viewer's segment: {answer[:100]}")

    def timed(self, call):
        begin = time.monotonic()
        out = call()
        self.worst = max(self.worst, time.monotonic() - begin)
        self.answers += 1
        return out

    @staticmethod
    def keep(client, target):
        client.sendall(get(target, close=False))
        data = b""
        while b"\r\n\r\n" not in data:
            data += client.recv(65536)
        head, body = data.split(b"\r\n\r\n", 1)
        if status(head) != 200:
            raise AssertionError(f"the viewer's {target}: {head}")
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        while len(body) < length:
            body += client.recv(65536)
        return body


def half_open_headers():
    clients = [connect() for _ in range(1500)]
    for number, client in enumerate(clients):
        client.sendall(b"GET /a/index.m3u8 HTTP/1.1\r\nHost: x\r\nX-Pad: " + b"a" * (number % 8000))
    for _ in range(3):  # a byte now and then does not give them more time
        time.sleep(1)
        for client in clients:
            client.sendall(b"a")
    begin = time.monotonic()
    for client in clients:
        with client:
            answer = read_all(client)
            assert status(answer) == 408, answer[:100]
    assert time.monotonic() - begin < 40


def huge_headers():
    for _ in range(200):
        assert status(ask(get("/" + "a" * 20000))) == 414
        assert status(ask(get("/", "X: " + "a" * 20000))) == 431
        assert status(ask(get("/", *(f"X-{i}: a" for i in range(3000))))) == 431


def pipelining():
    count = 2000
    with connect() as client:
        sender = threading.Thread(target=client.sendall, args=(get("/", close=False) * count + get("/"),))
        sender.start()
        answers = read_all(client)
        sender.join()
    assert answers.count(b"HTTP/1.1 200 OK") == count + 1
    # And who reads none of the answers is held back by his own socket.
    segment = newest_segment()
    clients = [connect() for _ in range(20)]
    for client in clients:
        client.setblocking(False)
        try:
            for _ in range(50):
                client.send(get(segment, close=False) * 200)
        except BlockingIOError:
            pass
    time.sleep(2)
    for client in clients:
        client.close()


def newest_segment():
    playlist = ask(get(f"/{STREAM}/mono.m3u8")).decode()
    return f"/{STREAM}/" + playlist.strip().splitlines()[-1]


def ranges():
    whole = ask(get(newest_segment())).split(b"\r\n\r\n", 1)[1]
    target = newest_segment()
    size = len(ask(get(target)).split(b"\r\n\r\n", 1)[1])
    for text, wanted in (
        ("bytes=0-0", 206), (f"bytes={size}-", 416), ("bytes=99999999999999999999999-", (200, 416)),
        ("bytes=0-99999999999999999999999", (200, 206)), ("bytes=-0", 416), ("bytes=-99999999999999999999999", (200, 206)),
        ("bytes=5-2", (200, 416)), ("bytes=", (200, 400, 416)), ("bytes=a-b", (200, 416)), ("lines=1-2", 200),
        ("bytes=-", (200, 416)), ("bytes=0-0," * 1000 + "0-0", (200, 206, 416)),
        ("bytes=18446744073709551615-18446744073709551616", (200, 416)), ("bytes=-1-2", (200, 416)),
    ):
        answer = ask(get(target, f"Range: {text}"))
        found = status(answer)
        assert found in (wanted if isinstance(wanted, tuple) else (wanted,)), (text[:60], answer[:200])
        assert len(answer) < size + 1000, (text[:60], len(answer))  # many ranges are no way to get more
    assert len(whole) > 0


def path_tricks():
    folder = STREAM.replace("/", "+")
    secret = ("window.idx", "lock", "cur.mp4", "in.sock", "serve.json", "passwd")
    for up in ("..", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "..%00", "%00", "....", ".",
               "..%5c..", "..\\..", "%ff%fe", "..;", "~", "+", "%2f", "/"):
        for name in secret:
            for target in (f"/{up}/{name}", f"/{STREAM}/{up}/{name}", f"/{STREAM}/{up}/{up}/{up}/etc/{name}",
                           f"/{folder}/{up}%2f{name}", f"/flu/assets/{up}/{name}", f"/flu/assets/1/{up}%2f{name}",
                           f"/{STREAM}/tracks-v1/{up}/{name}", f"/{STREAM}%00/{name}", f"//{up}//{name}"):
                answer = ask(get(target))
                assert status(answer) in (400, 404), (target, answer[:200])
                assert sys.argv[4].encode() not in answer, target  # no path of the machine
    for target in (f"/{up}/{STREAM}/index.m3u8" for up in ("..", "%2e%2e", "%c0%ae%c0%ae", "x", "%00")):
        assert status(ask(get(target))) in (400, 404), target
    for target in ("*", "%", "/%", "/%4", "/%zz", "http://", "x", "/\x01", "http://x", "//", "?", "/" + "/" * 5000, "/" + "%41" * 4000):
        assert status(ask(get(target))) in (200, 400, 404), target
    again = urllib.parse.quote(STREAM, safe="").replace("%2F", "/")
    assert status(ask(get(f"/{again}/mono.m3u8"))) == 200


def unknown_names():
    batch = 200
    kinds = ("index.m3u8", "mpegts", "mono.fmp4.m3u8", "preview.mp4", "embed.html",
             "tracks-v1a1/2026/11/22/07/10/05123-04000.ts")
    with connect() as client:
        for first in range(0, 30000, batch):
            client.sendall(b"".join(get(f"/n{number}/{kinds[number % len(kinds)]}", close=False)
                                    for number in range(first, first + batch)))
            data = b""
            while data.count(b"HTTP/1.1 ") < batch or not data.endswith(b"\n"):
                more = client.recv(1 << 20)
                assert more, data[-300:]
                data += more
                # bodies are text that ends in a line feed
            assert b"HTTP/1.1 5" not in data


def stopped_readers():
    segment = newest_segment()
    clients = []
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    for target, headers in ((f"/{STREAM}/mono.m3u8", ()), (segment, ()), (f"/{STREAM}/mpegts", ()), (f"/{STREAM}/preview.mp4", ()),
                            (f"/{STREAM}/embed.html", ()), (f"/{STREAM}/mse_ld", upgrade)):
        for _ in range(60):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", PORT))
            client.sendall(get(target, *headers))
            clients.append(client)
    time.sleep(3)
    for number, client in enumerate(clients):
        if number % 2:
            client.shutdown(socket.SHUT_WR)  # half open: still reads, as far as anybody knows
    time.sleep(1)
    for client in clients:
        client.close()


def bodies():
    length = 100000
    for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "X" * 5000, "\x7f"):
        for headers in (f"Content-Length: {length}", "Content-Length: -1", "Content-Length: 99999999999999999999999",
                        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked\r\nContent-Length: 5",
                        "Content-Length: 5\r\nContent-Length: 6", "Expect: 100-continue\r\nContent-Length: 10"):
            request = f"{method} /{STREAM}/index.m3u8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n\r\n"
            answer = ask(request.encode("latin-1") + b"5\r\nhello\r\n0\r\n\r\n" + b"x" * length)
            assert status(answer) in (100, 200, 204, 400, 405, 413, 414, 431, 501), (method[:20], headers, answer[:200])
    # What looks like a second request in a body is none.
    smuggled = f"GET /{STREAM}/index.m3u8 HTTP/1.1\r\nHost: x\r\nContent-Length: 31\r\nTransfer-Encoding: chunked\r\n\r\n" \
               "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"
    assert ask(smuggled.encode()).count(b"HTTP/1.1 ") == 1


def main():
    viewer = Viewer()
    viewer.start()
    ask(get(newest_segment()))
    for attack in (path_tricks, bodies, ranges, huge_headers, pipelining, stopped_readers, unknown_names, half_open_headers):
        before, begin = resident(), time.monotonic()
        viewer.worst, answered = 0.0, viewer.answers
        attack()
        time.sleep(0.5)
        grown = resident() - before
        print(f"{attack.__name__}: {time.monotonic() - begin:.1f} s, {viewer.answers - answered} answers to the viewer, "
              f"the slowest in {viewer.worst * 1000:.0f} ms; memory {grown / 1024:+.0f} KiB", flush=True)
        if viewer.error is not None:
            raise viewer.error
        assert viewer.is_alive() and viewer.answers > answered, "the viewer stands still"
        assert viewer.worst < MAX_WAIT, f"the viewer waited {viewer.worst:.1f} s"
        assert grown < MAX_GROWTH, f"the worker kept {grown >> 20} MiB"
    viewer.is_over = True
    assert viewer.live_bytes > 100000, viewer.live_bytes


main()
