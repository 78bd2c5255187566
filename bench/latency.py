#!/usr/bin/env python3
"""usage: latency.py BIN MEDIA_DIR [SECONDS]: what a server adds between a UDP source and an HTTP MPEG-TS client.

A paced source sends H.264 over loopback; a client reads the stream. A picture is known again by the last bytes of its
PES packet. Its latency runs from the sending of its last packet to the arrival of its last byte. The end of a picture
shows only when the next begins, so that one frame (40 ms here) is the least. Peer: ffmpeg, remuxing to its own server.
"""
import os
import pathlib
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request

from processes import Group

BIN, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 15
PACKET, TAIL, VIDEO_STREAM_IDS = 188, 24, range(0xE0, 0xF0)


class PictureEnds:
    """Finds where pictures end in MPEG-TS: yields (last bytes, place of the packet that held them)."""

    def __init__(self):
        self.pid, self.tail, self.place = None, b"", None

    def feed(self, packet, place):
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        if not packet[3] & 0x10:
            return None
        start = 5 + packet[4] if packet[3] & 0x20 else 4
        payload, ended = packet[start:], None
        if packet[1] & 0x40 and payload[:3] == b"\0\0\1" and payload[3] in VIDEO_STREAM_IDS:
            if self.pid == pid and len(self.tail) == TAIL:
                ended = (self.tail, self.place)
            self.pid, self.tail, payload = pid, b"", payload[9 + payload[8]:]
        if pid == self.pid:
            self.tail, self.place = (self.tail + payload)[-TAIL:], place
        return ended


def send(path, port, sent, stop):
    """Sends the file at its own pace over and over; notes when each picture's last packet left."""
    data = path.read_bytes()
    packets = [data[at:at + PACKET] for at in range(0, len(data), PACKET)]
    rate = len(data) / 20.0  # make-test-media's length at its constant bit rate
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    finder, done, begin = PictureEnds(), 0, time.monotonic()
    while not stop.is_set():
        due = int((time.monotonic() - begin) * rate / PACKET)
        while done + 7 <= due:
            group = [packets[(done + i) % len(packets)] for i in range(7)]
            out.sendto(b"".join(group), ("127.0.0.1", port))
            now = time.monotonic()
            for packet in group:
                if ended := finder.feed(packet, now):
                    sent[ended[0]] = ended[1]
            done += 7
        time.sleep(0.001)


def receive(url, seconds, sent):
    """Reads the stream and returns each picture's latency in milliseconds, and how many were not known again."""
    latencies, unknown, finder, pending = [], 0, PictureEnds(), b""
    # Only what is sent after the client is there counts: the start of a stream is served from the past.
    with urllib.request.urlopen(url, timeout=30) as stream:
        begin = time.monotonic()
        while time.monotonic() - begin < seconds + 3:
            pending += stream.read1(65536)
            now = time.monotonic()
            while len(pending) >= PACKET:
                packet, pending = pending[:PACKET], pending[PACKET:]
                ended = finder.feed(packet, now)
                if ended is None or now - begin < 3:
                    continue
                left = sent.get(ended[0])
                if left is None:
                    unknown += 1
                else:
                    latencies.append(1000 * (ended[1] - left))
    return latencies, unknown


def measure(start):
    work = pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm"))
    sent, stop = {}, threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        http = probe.getsockname()[1]
    sender = threading.Thread(target=send, args=(MEDIA / "h264-aac-2700k.ts", port, sent, stop))
    try:
        with Group() as programs:
            url = start(programs, work, port, http)
            time.sleep(1)
            sender.start()
            time.sleep(8)
            result = receive(url, SECONDS, sent)
            stop.set()
            return result
    finally:
        stop.set()
        shutil.rmtree(work, ignore_errors=True)


def start_flu(group, work, port, http):
    environment = {**os.environ, "FLU_RUN_DIR": str(work / "run")}
    group.pipe([BIN / "flu-ingest", f"udp://127.0.0.1:{port}"], [BIN / "flu-segment", "s"], env=environment)
    group.start([BIN / "flu-serve", "--http", f"127.0.0.1:{http}", "--workers", "1"], env=environment)
    return f"http://127.0.0.1:{http}/s/mpegts"


def start_ffmpeg(group, _, port, http):
    url = f"http://127.0.0.1:{http}/s"
    group.start(["ffmpeg", "-nostdin", "-v", "error", "-fflags", "nobuffer", "-i", f"udp://127.0.0.1:{port}", "-c", "copy",
                 "-f", "mpegts", "-flush_packets", "1", "-listen", "1", url])
    return url


def main():
    print(f"{'program':8} {'pictures':>8} {'median ms':>10} {'p99 ms':>8} {'max ms':>8} {'unknown':>8}")
    for name, start in (("flu", start_flu), ("ffmpeg", start_ffmpeg)):
        latencies, unknown = measure(start)
        if not latencies:
            sys.exit(f"{name}: no picture arrived")
        ordered = sorted(latencies)
        print(f"{name:8} {len(ordered):8} {statistics.median(ordered):10.1f} {ordered[int(len(ordered) * 0.99)]:8.1f} "
              f"{ordered[-1]:8.1f} {unknown:8}", flush=True)


main()
