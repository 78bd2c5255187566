#!/usr/bin/env python3
"""usage: idle.py BIN [CONNECTIONS]: what a connection that waits for its next request costs a worker of flu-serve, in
user space: private memory after each has got an answer, above that before the first; of one that never asks, and with a
header begun.

The worker's own descriptors and the kernel's socket buffers are not in it. Wants ulimit -n above twice the number.
"""
import pathlib
import shutil
import socket
import sys
import tempfile
import time

import flu_server

BIN = pathlib.Path(sys.argv[1]).resolve()
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
GOAL = 2048  # bytes a connection
REQUEST = b"GET / HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) bench of idle clients\r\n\r\n"


def report(what, count, grown):
    each = grown / count
    print(f"{what:36} {count:>7} {grown / 1024:>9.0f} KiB {each:>7.0f} bytes each  {each / GOAL:.2f} of the goal of {GOAL}",
          flush=True)


def measure(what, request, port, worker):
    warm = [open_one(port, REQUEST) for _ in range(50)]  # what is made once
    before = flu_server.private_bytes(worker)
    clients = [open_one(port, request) for _ in range(COUNT)]
    time.sleep(1)
    report(what, COUNT, flu_server.private_bytes(worker) - before)
    for client in [*clients, *warm]:
        client.close()


def open_one(port, request):
    client = socket.create_connection(("127.0.0.1", port))
    client.settimeout(20)
    if request:
        client.sendall(request)
    if request.endswith(b"\r\n\r\n"):
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
    return client


def main():
    flu_server.raise_limit(COUNT)
    print(f"{'connections of one worker':36} {'number':>7} {'private':>13}")
    serve("answered once, waiting", REQUEST)
    serve("connected, nothing asked", b"")
    serve("in the middle of a header", REQUEST[:-20])


def serve(what, request):
    run_dir = tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm")
    try:
        with flu_server.running(BIN, run_dir) as (port, worker):
            measure(what, request, port, worker)
    finally:
        shutil.rmtree(run_dir, ignore_errors=True)


main()
