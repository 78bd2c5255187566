#!/usr/bin/env python3
"""usage: serving.py BUILD MEDIA_DIR [ROUNDS]: segments and playlists of a live stream from one worker of flu-serve beside
nginx with the same bytes as files in memory (sendfile, open_file_cache), each on core 0 and the load on core 1, in turn;
then what making a TS segment costs.

Each figure is the median of the rounds, with the lowest and highest. What the server's core was busy with says what
limits: below 95 % it was the load's core.
"""
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import flu_server
from processes import Group, children_of, cpu_seconds

BUILD, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
SECONDS = 3
WORK = pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm"))
SERVER_CORE, LOAD_CORE = ["taskset", "-c", "0"], ["taskset", "-c", "1"]

NGINX = """daemon off; worker_processes 1; pid {work}/nginx.pid; error_log {work}/nginx.log;
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=1000;
  client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi; types {{ application/vnd.apple.mpegurl m3u8; }}
  server {{ listen 127.0.0.1:{port}; root {work}/www; }} }}
"""


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


@contextlib.contextmanager
def nginx(port):
    conf = WORK / "nginx.conf"
    conf.write_text(NGINX.format(work=WORK, port=port), encoding="ascii")
    with Group() as group:
        master = group.start([*SERVER_CORE, "nginx", "-c", conf, "-e", WORK / "nginx.log"])
        deadline = time.monotonic() + 10
        while not (workers := children_of(master.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield workers[0]


def load(port, worker, path, connections):
    """Answers a second, Gbit/s and how busy the worker's core was."""
    before, begin = cpu_seconds([worker]), time.monotonic()
    out = subprocess.run([*LOAD_CORE, BUILD / "bench/http_load", str(port), str(connections), str(SECONDS), path],
                         check=True, capture_output=True, text=True)
    busy = (cpu_seconds([worker]) - before) / (time.monotonic() - begin)
    found = json.loads(out.stdout)
    if found["dead"]:
        raise RuntimeError(f"{found['dead']} of {connections} connections failed at {path}")
    return found["answers"] / found["seconds"], found["bytes"] * 8 / found["seconds"] / 1e9, busy


def spread(values, form):
    return f"{format(statistics.median(values), form)} ({format(min(values), form)}-{format(max(values), form)})"


def compare(what, unit, index, scale, goal, ours, peer):
    flu, other = ([run[index] / scale for run in runs] for runs in (ours, peer))
    ratio = statistics.median(flu) / statistics.median(other)
    busy = statistics.median(run[2] for run in ours)
    print(f"{what:24} {unit:7} {spread(flu, '.1f'):>22} {spread(other, '.1f'):>22} {ratio:>6.2f} {goal:>5} {busy:>9.0%}",
          flush=True)


def measure_http(port, worker, nginx_port, nginx_worker):
    base = f"http://127.0.0.1:{port}/cam/"
    print(f"{'from one core':24} {'':7} {'flu':>22} {'nginx':>22} {'ratio':>6} {'goal':>5} {'flu busy':>9}")
    for connections in (100, 1000):
        segments, playlists = ([], []), ([], [])
        for turn in range(ROUNDS):
            newest = [line for line in fetch(base + "index.m3u8").decode().splitlines() if not line.startswith("#")][-2]
            copy = f"cam/{connections}-{turn}.ts"  # a name of its own: nginx remembers the size of a file
            (WORK / "www" / copy).write_bytes(fetch(base + newest))
            playlists[0].append(load(port, worker, "/cam/index.m3u8", connections))
            playlists[1].append(load(nginx_port, nginx_worker, "/cam/index.m3u8", connections))
            segments[0].append(load(port, worker, f"/cam/{newest}", connections))
            segments[1].append(load(nginx_port, nginx_worker, f"/{copy}", connections))
        compare(f"segments, {connections} clients", "Gbit/s", 1, 1, 1.0, *segments)
        compare(f"playlists, {connections} clients", "1000/s", 0, 1000, 1.2, *playlists)


def measure_mux(run_dir):
    out = subprocess.run([*SERVER_CORE, BUILD / "bench/ts_mux", run_dir / "live/cam"], check=True, capture_output=True,
                         text=True)
    found = json.loads(out.stdout)
    print(f"\nTS segment of {found['bytes']} bytes made: {found['mux']:.1f} Gbit/s, its file mapped first "
          f"{found['map_and_mux']:.1f}; goal 40; copying it takes {found['memcpy']:.1f}")


def main():
    if shutil.which("nginx") is None:
        sys.exit("serving.py: nginx, the peer, is not installed (Debian: nginx-light)")
    run_dir = WORK / "run"
    (WORK / "www/cam").mkdir(parents=True)
    WORK.chmod(0o755)  # nginx reads it as another user
    environment = {**os.environ, "FLU_RUN_DIR": str(run_dir)}
    programs = BUILD / "bin"
    with Group() as group, nginx(18931) as nginx_worker, flu_server.running(programs, run_dir, SERVER_CORE) as server:
        group.start([programs / "flu-auth"], env=environment)
        group.pipe([*LOAD_CORE, programs / "flu-ingest", "--loop", f"file://{MEDIA}/h264-aac-2700k.ts"],
                   [*LOAD_CORE, programs / "flu-segment", "cam", "--segment-duration", "4", "--segments", "6"],
                   env=environment)
        port, worker = server
        playlist = WORK / "www/cam/index.m3u8"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                playlist.write_bytes(fetch(f"http://127.0.0.1:{port}/cam/index.m3u8"))
                if playlist.read_text().count("#EXTINF") >= 4:
                    break
            time.sleep(0.5)
        measure_http(port, worker, 18931, nginx_worker)
        measure_mux(run_dir)


try:
    main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
