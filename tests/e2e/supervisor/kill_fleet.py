"""usage: kill_fleet.py CONFIG PORT KILLS SEED GAP STREAM...: kill -9 of one process after another under a server.

Starts flu-supervisor on CONFIG, waits until every STREAM plays on PORT, then kills KILLS processes of all roles,
chosen by SEED, and follows all playlists meanwhile. Holds that what was killed is back in time, its stream missing
at most GAP seconds, that no number of a segment ever goes back or changes its segment, and that a stream whose own
processes lived lost nothing: its segments follow one another by number and by time, without a discontinuity. Exit
code 1 and a line for each problem.
"""
import calendar
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

config, port, kills, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
media_gap = float(sys.argv[5])
names = sys.argv[6:]
run_dir = os.environ["FLU_RUN_DIR"]
RESUME = 2.0  # seconds until a killed process has a successor
SEGMENT = re.compile(r"/(\d{4})/(\d\d)/(\d\d)/(\d\d)/(\d\d)/(\d\d)(\d{3})-(\d+)\.ts$")
problems = []


def complain(text):
    problems.append(text)
    print("kill_fleet:", text, flush=True)


class Stream:
    def __init__(self, name):
        self.name = name
        self.segments = {}  # number -> (start, duration, is behind a discontinuity, URL), times in ms
        self.killed = 0

    def take(self, text):
        number = int(re.search(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", text)[1])
        if self.segments and number < min(self.segments):
            complain(f"{self.name}: MEDIA-SEQUENCE went back to {number}")
        is_broken = False
        for line in text.splitlines():
            is_broken |= line == "#EXT-X-DISCONTINUITY"
            if not line or line.startswith("#"):
                continue
            year, month, day, hour, minute, second, ms, duration = map(int, SEGMENT.search(line).groups())
            start = calendar.timegm((year, month, day, hour, minute, second)) * 1000 + ms
            segment = (start, duration, is_broken, line)
            if self.segments.setdefault(number, segment) != segment:
                complain(f"{self.name}: number {number} was {self.segments[number]}, is {segment}")
            number += 1
            is_broken = False

    def judge(self):
        numbers = sorted(self.segments)
        breaks = 0
        for before, after in zip(numbers, numbers[1:]):
            if after != before + 1:
                complain(f"{self.name}: number {after} after {before}")
                continue
            start, duration, _, _ = self.segments[before]
            gap = self.segments[after][0] - start - duration
            if self.segments[after][2]:
                breaks += 1
                if gap / 1000 > media_gap:
                    complain(f"{self.name}: {gap} ms are missing before {after}")
            elif abs(gap) > 2:  # names are rounded to the millisecond
                complain(f"{self.name}: {gap} ms between {before} and {after} without a discontinuity")
        if breaks > self.killed:
            complain(f"{self.name}: {breaks} discontinuities, but its processes were killed {self.killed} times")
        return breaks


class Server:
    def __init__(self):
        self.connection = None
        self.supervisor = None

    def start(self):
        self.supervisor = subprocess.Popen(["flu-supervisor", "--config", config], stdin=subprocess.DEVNULL)

    def playlist(self, name):  # None while flu-serve is away
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            self.connection.request("GET", f"/{name}/index.m3u8")
            reply = self.connection.getresponse()
            text = reply.read().decode()
            return text if reply.status == 200 else None
        except (OSError, http.client.HTTPException):
            self.connection = None
            return None

    @staticmethod
    def pid_of(unit):
        try:
            with open(f"{run_dir}/units/{unit}.json", encoding="utf-8") as file:
                return json.load(file)["pid"]
        except (OSError, ValueError, KeyError):
            return None

    def wait_for_successor(self, unit, pid):
        end = time.monotonic() + RESUME + 1
        while time.monotonic() < end:
            now = self.pid_of(unit)
            if now not in (None, pid):
                return
            time.sleep(0.05)
        complain(f"{unit} was not started again within {RESUME} s")

    def kill(self, role, stream):
        if role == "supervisor":
            self.supervisor.kill()
            self.supervisor.wait()
            time.sleep(0.5)
            self.start()
            return
        unit = "serve" if stream is None else f"{role}@{stream.name}"
        pid = self.pid_of(unit)
        if role == "worker":
            with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
                os.kill(int(random.choice(file.read().split())), signal.SIGKILL)
            return
        os.kill(pid, signal.SIGKILL)
        if stream is not None:
            stream.killed += 1
        self.wait_for_successor(unit, pid)


def follow(server, streams, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for stream in streams:
            text = server.playlist(stream.name)
            if text is not None:
                stream.take(text)
        time.sleep(0.2)


def wait_until_all_grow(server, streams, seconds, what):
    goals = {stream: max(stream.segments, default=0) + 2 for stream in streams}
    end = time.monotonic() + seconds
    while any(max(stream.segments, default=0) < goal for stream, goal in goals.items()):
        if time.monotonic() > end:
            late = [stream.name for stream, goal in goals.items() if max(stream.segments, default=0) < goal]
            complain(f"{what}: no new segments within {seconds} s of {' '.join(late)}")
            return
        follow(server, streams, 0.3)


def run(server):
    streams = [Stream(name) for name in names]
    server.start()
    wait_until_all_grow(server, streams, 60, "the start")
    # Streams that are never touched, beside those that are, see every kill.
    victims = streams[: len(streams) // 2]
    roles = ["segment", "ingest", "segment", "ingest", "worker", "segment", "ingest", "serve", "supervisor"]
    for number in range(kills):
        role = roles[number % len(roles)]
        stream = random.choice(victims) if role in ("segment", "ingest") else None
        print(f"kill_fleet: kill {role} {stream.name if stream else ''}", flush=True)
        server.kill(role, stream)
        follow(server, streams, random.uniform(0.2, 1.5))
    wait_until_all_grow(server, streams, 20, "the end")
    breaks = sum(stream.judge() for stream in streams)
    total = sum(len(stream.segments) for stream in streams)
    if breaks == 0:
        complain("none of the kills left a mark: nothing was tested")
    print(f"kill_fleet: {total} segments of {len(streams)} streams, {kills} kills, {breaks} discontinuities, "
          f"{len(problems)} problems")


def main():
    random.seed(seed)
    server = Server()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        run(server)
    finally:
        if server.supervisor is not None:
            server.supervisor.terminate()
            code = server.supervisor.wait(timeout=30)
            if code != 0:
                complain(f"flu-supervisor ended with {code} after SIGTERM")
    sys.exit(1 if problems else 0)


main()
