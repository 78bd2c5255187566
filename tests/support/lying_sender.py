#!/usr/bin/env python3
# Sends an MPEG-TS file in real time, and lies about it as a script says.
#
#   lying_sender.py [OPTION…] FILE TARGET [LIE…]
#
# TARGET: udp://ADDRESS:PORT, tcp://ADDRESS:PORT (connects), http://ADDRESS:PORT (serves; each client its own
# run from the start; port 0 is chosen, and told on standard output), - for standard output.
#   --speed N       N seconds of media a second; 0: as fast as the other side reads
#   --seconds N     ends after N seconds of media; the file is repeated for it without a seam
#   --start S       the first PCR in seconds: 'wrap-10' is 10 s before 33 bits are over
#   --preroll S     so much at once at the start, as servers give who connects
#   --seed N
# LIE: AT:VERB[:ARGUMENT…], AT in seconds of media since the start, in any order; 4k is the first key frame from 4 s on:
#   jump:S          PCR, PTS and DTS go on S seconds later (or earlier)
#   pcr:S           the PCR alone does
#   shuffle:N       for N s pictures are shown in random order: each PTS off by up to a second
#   nopts:N         for N s no PES packet has a PTS or DTS
#   random:N        for N s each PES packet has a time of its own
#   silence:N       nothing is sent for N s; what was to be sent is lost
#   stall:N         nothing is sent for N s, and then goes on where it was
#   hold:N          what N s bring is held and then sent at once
#   mute:N          no sound for N s
#   pace:F          from here on F seconds of media a second: a camera at 0.7 of its rate
#   loss:N:PERCENT  for N s packets are lost, a few neighbours at a time
#   double:N        for N s each packet is sent twice
#   counters:N      for N s continuity counters are random
#   garbage:BYTES   random bytes
#   file:PATH       goes on with another file, whose times follow
import argparse
import random
import socket
import sys
import threading
import time

WRAP = 1 << 33
PACKET = 188
DATAGRAM = 7


def read_stamp(data, at):
    return ((data[at] >> 1 & 7) << 30 | data[at + 1] << 22 | data[at + 2] >> 1 << 15 | data[at + 3] << 7
            | data[at + 4] >> 1)


def write_stamp(data, at, value):
    value %= WRAP
    data[at] = (data[at] & 0xF1) | (value >> 30 & 7) << 1
    data[at + 1] = value >> 22 & 255
    data[at + 2] = (value >> 15 & 127) << 1 | 1
    data[at + 3] = value >> 7 & 255
    data[at + 4] = (value & 127) << 1 | 1


class Packet:
    """Where in the bytes the times stand; 0 where there is none."""
    __slots__ = ("data", "pid", "pcr", "pes", "pts", "dts", "time", "is_key")

    def __init__(self, data):
        self.data = data
        self.pid = (data[1] & 31) << 8 | data[2]
        self.pcr = self.pes = self.pts = self.dts = 0
        self.time = 0
        self.is_key = False
        at = 4
        if data[3] & 0x20:
            if data[4] >= 7 and data[5] & 0x10:
                self.pcr = 6
            self.is_key = bool(data[1] & 0x40 and data[4] and data[5] & 0x40)
            at += 1 + data[4]
        if data[1] & 0x40 and at + 19 <= PACKET and data[at:at + 3] == b"\0\0\1" and data[at + 3] >= 0xBD:
            self.pes = at
            if data[at + 7] & 0x80:
                self.pts = at + 9
            if data[at + 7] & 0x40:
                self.dts = at + 14

    def is_sound(self):
        return self.pes and 0xC0 <= self.data[self.pes + 3] < 0xE0


class Clip:
    """A file, its packets with their time in ticks since its first PCR."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if len(data) < PACKET or data[0] != 0x47:
            sys.exit("%s: no MPEG-TS of 188-byte packets" % path)
        self.packets = [Packet(data[at:at + PACKET]) for at in range(0, len(data) - PACKET + 1, PACKET)]
        self.sound = {p.pid for p in self.packets if p.is_sound()}
        for packet in self.packets:
            packet.is_key = packet.is_key and packet.pid not in self.sound
        first = None
        pictures = []
        now = 0
        for packet in self.packets:
            if packet.pcr:
                d = packet.data
                pcr = d[6] << 25 | d[7] << 17 | d[8] << 9 | d[9] << 1 | d[10] >> 7
                if first is None:
                    first = pcr
                now = (pcr - first) % WRAP
            packet.time = now
            if packet.pts and packet.pid not in self.sound:
                stamp = read_stamp(packet.data, packet.pts)
                pictures.append((stamp - (first or 0)) % WRAP)
        if first is None:
            sys.exit("%s: no PCR" % path)
        self.first = first
        pictures.sort()
        # The next pass begins where the next picture would be shown.
        if len(pictures) > 1:
            self.length = pictures[-1] - pictures[0] + (pictures[-1] - pictures[0]) // (len(pictures) - 1)
        else:
            self.length = now + 3600


class Lies:
    LASTING = ("shuffle", "nopts", "random", "silence", "stall", "hold", "mute", "loss", "double", "counters")
    ONCE = ("jump", "pcr", "pace", "garbage", "file")

    def __init__(self, texts):
        self.list = []
        for text in texts:
            words = text.split(":", 2 if ":file:" in text else -1)
            if len(words) < 3 or words[1] not in self.LASTING + self.ONCE:
                sys.exit("lying_sender: '%s': expected AT:VERB:ARGUMENT" % text)
            self.list.append((float(words[0].rstrip("k")), words[1], words[2:], words[0].endswith("k")))
        self.list.sort(key=lambda lie: lie[0])

    def __iter__(self):
        return iter(self.list)


class Run:
    """One run over the media: yields (seconds after the start at which to send, bytes)."""

    def __init__(self, clip, lies, options):
        self.clip = clip
        self.lies = list(lies)
        self.options = options
        self.random = random.Random(options.seed)
        self.until = {}  # verb -> time in ticks
        self.loss = 0.0
        self.lost = 0    # packets of the burst of losses under way
        self.shift = 0
        self.pcr_shift = 0
        self.pace = 1.0
        self.delay = 0.0     # seconds by which sending is late against the media
        self.since = (0, 0.0)  # media time and sending time where the pace was last changed
        self.counters = {}

    def is_on(self, verb, now):
        return now < self.until.get(verb, -1)

    def due(self, now):
        ahead = (now - self.since[0]) / 90000 / self.pace
        due = max(self.since[1] + ahead - self.options.preroll, 0) + self.delay
        if self.is_on("hold", now):
            due += (self.until["hold"] - now) / 90000
        return due

    def begin_lie(self, at, verb, arguments):
        now = int(at * 90000)
        if verb == "file":
            return Clip(arguments[0])
        value = float(arguments[0])
        if verb == "jump":
            self.shift += int(value * 90000)
        elif verb == "pcr":
            self.pcr_shift += int(value * 90000)
        elif verb == "pace":
            self.since = (now, self.since[1] + (now - self.since[0]) / 90000 / self.pace)
            self.pace = value
        elif verb == "stall":
            self.delay += value
        elif verb == "loss":
            self.loss = float(arguments[1]) / 100
        if verb in Lies.LASTING and verb != "stall":
            self.until[verb] = now + int(value * 90000)
        return None

    def packets(self):
        base = 0
        clip = self.clip
        if self.options.start is not None:
            self.shift = self.options.start - clip.first
        end = self.options.seconds * 90000 if self.options.seconds else clip.length
        while base < end:
            follower = None
            for packet in clip.packets:
                now = base + packet.time
                if now >= end:
                    return
                while self.lies and now >= self.lies[0][0] * 90000:
                    if self.lies[0][3] and not packet.is_key:
                        break
                    at, verb, arguments, _ = self.lies.pop(0)
                    follower = self.begin_lie(at, verb, arguments) or follower
                    if verb == "garbage":
                        yield self.due(now), self.random.randbytes(int(arguments[0]))
                if follower is not None:
                    # Its first time is shown where the next of this one would have been.
                    self.shift += clip.first - follower.first
                    base = now
                    clip = follower
                    break
                out = self.tell(packet, clip, base, now)
                if out is not None:
                    yield self.due(now), out
            else:
                base += clip.length

    def tell(self, packet, clip, base, now):
        if self.is_on("silence", now) or (packet.pid in clip.sound and self.is_on("mute", now)):
            return None
        if self.is_on("loss", now):
            if self.lost == 0 and self.random.random() < self.loss / 4:
                self.lost = 4
            if self.lost > 0:
                self.lost -= 1
                if packet.data[3] & 0x10:  # its number is missing
                    last = self.counters.get(packet.pid, packet.data[3] - 1 & 15)
                    self.counters[packet.pid] = (last + 1) & 15
                return None
        data = bytearray(packet.data)
        shift = self.shift + base
        if packet.pcr:
            self.shift_pcr(data, shift + self.pcr_shift)
        if packet.pts:
            self.shift_pes(packet, data, shift, clip, now)
        if data[3] & 0x10:
            last = self.counters.get(packet.pid, data[3] & 15)
            count = (last + 1) & 15
            self.counters[packet.pid] = count
            if self.is_on("counters", now):
                count = self.random.randrange(16)
            data[3] = (data[3] & 0xF0) | count
        return bytes(data) * (2 if self.is_on("double", now) else 1)

    def shift_pcr(self, data, shift):
        value = ((data[6] << 25 | data[7] << 17 | data[8] << 9 | data[9] << 1 | data[10] >> 7) + shift) % WRAP
        data[6:10] = (value >> 1).to_bytes(4, "big")
        data[10] = (value & 1) << 7 | data[10] & 0x7F

    def shift_pes(self, packet, data, shift, clip, now):
        if self.is_on("nopts", now):
            data[packet.pes + 7] &= 0x3F
            data[packet.pts:packet.pts + (10 if packet.dts else 5)] = b"\xff" * (10 if packet.dts else 5)
            return
        if self.is_on("random", now):
            shift += self.random.randrange(WRAP)
        late = 0
        if self.is_on("shuffle", now) and packet.pid not in clip.sound:
            late = self.random.randrange(90000)
        write_stamp(data, packet.pts, read_stamp(data, packet.pts) + shift + late)
        if packet.dts:
            write_stamp(data, packet.dts, read_stamp(data, packet.dts) + shift)


def play(run, send, speed):
    start = time.monotonic()
    held, size = [], 0
    for due, data in run.packets():
        if speed > 0:
            wait = start + due / speed - time.monotonic()
            if wait > 0.002:
                if held:
                    send(b"".join(held))
                    held, size = [], 0
                time.sleep(wait)
        held.append(data)
        size += len(data)
        if size >= DATAGRAM * PACKET:
            send(b"".join(held))
            held, size = [], 0
    if held:
        send(b"".join(held))


def address(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def serve(make_run, where, speed):
    def client(connection):
        with connection:
            try:
                while b"\r\n\r\n" not in connection.recv(65536):
                    pass
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nConnection: close\r\n\r\n")
                play(make_run(), connection.sendall, speed)
            except OSError:
                pass

    with socket.create_server(where) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(target=client, args=(connection,), daemon=True).start()


def start_of(text):
    if text is None:
        return None
    if text.startswith("wrap"):
        return WRAP + int(float(text[4:] or 0) * 90000)
    return int(float(text) * 90000)


def main():
    parser = argparse.ArgumentParser(usage="lying_sender.py [OPTION...] FILE TARGET [LIE...]")
    parser.add_argument("--speed", type=float, default=1)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--start", type=start_of)
    parser.add_argument("--preroll", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("file")
    parser.add_argument("target")
    parser.add_argument("lies", nargs="*")
    options = parser.parse_intermixed_args()
    clip = Clip(options.file)
    lies = Lies(options.lies)

    def make_run():
        return Run(clip, lies, options)

    scheme, _, rest = options.target.partition("://")
    try:
        if options.target == "-":
            out = sys.stdout.buffer
            play(make_run(), out.write, options.speed)
            out.flush()
        elif scheme == "udp":
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                to = address(rest)

                def send(data):
                    for at in range(0, len(data), DATAGRAM * PACKET):
                        try:
                            udp.sendto(data[at:at + DATAGRAM * PACKET], to)
                        except ConnectionRefusedError:
                            pass  # nobody listens yet

                play(make_run(), send, options.speed)
        elif scheme == "tcp":
            with socket.create_connection(address(rest)) as tcp:
                play(make_run(), tcp.sendall, options.speed)
        elif scheme == "http":
            serve(make_run, address(rest), options.speed)
        else:
            parser.error("TARGET: udp://, tcp://, http:// or -")
    except (BrokenPipeError, ConnectionResetError):
        sys.exit(3)


main()
