#!/usr/bin/env python3
"""usage: fan_out.py BUILD MEDIA_DIR [CLIENTS [SECONDS]]: one live stream of 2.7 Mbit/s as MPEG-TS over HTTP to many clients of
one worker of flu-serve on core 0, the load on core 1: the rate of the slowest client as a share of the stream's, what
each costs in private memory, and how busy the core was.

Beside it what the machine can do: a bare program that sends as many bytes, from one buffer, to as many sockets. The
stream is a file of 20 s over and over, so SECONDS is a multiple of 20. No peer in the same run: SRS is no package of
Debian, and nginx does not speak this.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import flu_server
from processes import Group, cpu_seconds

BUILD, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
CLIENTS = int(sys.argv[3]) if len(sys.argv) > 3 else 8000
SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else 20
OPENED_A_SECOND = 1000
FILE = MEDIA / "h264-aac-2700k.ts"
BARE_PORT = 18932
SERVER_CORE, LOAD_CORE = ["taskset", "-c", "0"], ["taskset", "-c", "1"]


def load(port, clients, seconds):
    return subprocess.Popen([*LOAD_CORE, BUILD / "bench/http_load", str(port), str(clients), str(seconds), "/cam/mpegts",
                             str(OPENED_A_SECOND)], stdout=subprocess.PIPE, text=True)


def rate_of_one(port):
    """What a client gets that is alone."""
    found = json.loads(load(port, 1, SECONDS).communicate()[0])
    return found["min_bytes"] / found["seconds"]


def measure(name, port, pid):
    alone = rate_of_one(port)
    empty = flu_server.private_bytes(pid)
    many = load(port, CLIENTS, SECONDS)
    time.sleep(CLIENTS / OPENED_A_SECOND + 2)  # until all are there
    before, begin = cpu_seconds([pid]), time.monotonic()
    time.sleep(SECONDS * 0.8)
    busy = (cpu_seconds([pid]) - before) / (time.monotonic() - begin)
    grown = flu_server.private_bytes(pid) - empty
    found = json.loads(many.communicate()[0])
    shares = [found[which] / found["seconds"] / alone for which in ("min_bytes", "median_bytes")]
    print(f"{name:10} {CLIENTS:>7} {found['dead']:>6} {found['bytes'] * 8 / found['seconds'] / 1e9:>7.1f} "
          f"{shares[0]:>8.3f} {shares[1]:>7.3f} {busy:>10.0%} {grown / CLIENTS:>14.0f}", flush=True)
    return alone


def main():
    flu_server.raise_limit(CLIENTS)
    work = pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm"))
    environment = {**os.environ, "FLU_RUN_DIR": str(work)}
    programs = BUILD / "bin"
    print(f"{'program':10} {'clients':>7} {'failed':>6} {'Gbit/s':>7} {'slowest':>8} {'median':>7} {'core busy':>10} "
          f"{'bytes a client':>14}")
    try:
        with Group() as group, flu_server.running(programs, work, SERVER_CORE) as (port, worker):
            group.pipe([*LOAD_CORE, programs / "flu-ingest", "--loop", f"file://{FILE}"],
                       [*LOAD_CORE, programs / "flu-segment", "cam"], env=environment)
            time.sleep(3)
            alone = measure("flu", port, worker)
        with Group() as group:
            bare = group.start([*SERVER_CORE, BUILD / "bench/bare_fan_out", FILE, str(alone * 8), str(BARE_PORT)])
            time.sleep(0.5)
            measure("bare", BARE_PORT, bare.pid)
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(work)


main()
