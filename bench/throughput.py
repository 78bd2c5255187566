#!/usr/bin/env python3
"""usage: throughput.py BIN MEDIA_DIR [ROUNDS]: MB/s of TS -> flu stream -> segments beside `ffmpeg -c copy -f hls`.

Both are pinned to one core, read the same file from memory and write their segments to memory, in turn.
"""
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
WORK = pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm"))
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}


def long_file(name, seconds):
    """A file of the kind, long enough to measure: its short form over and over, times going on."""
    path = WORK / name
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-stream_loop", "-1", "-i", MEDIA / name, "-t", str(seconds),
                    "-map", "0", "-c", "copy", "-f", "mpegts", path], check=True)
    return path


def time_ffmpeg(path):
    out = WORK / "ffmpeg"
    out.mkdir(exist_ok=True)
    begin = time.monotonic()
    subprocess.run(["taskset", "-c", "0", "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0", "-c", "copy", "-f",
                    "hls", "-hls_time", "4", "-hls_flags", "delete_segments", out / "i.m3u8"], check=True, **QUIET)
    return time.monotonic() - begin


def time_flu(path):
    run_dir = WORK / "run"
    environment = {**os.environ, "FLU_RUN_DIR": str(run_dir)}
    begin = time.monotonic()
    ingest = subprocess.Popen(["taskset", "-c", "0", BIN / "flu-ingest", "--fast", f"file://{path}"], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    hub = subprocess.Popen(["taskset", "-c", "0", BIN / "flu-segment", "bench"], stdin=ingest.stdout, env=environment,
                           stderr=subprocess.DEVNULL)
    ingest.stdout.close()
    ingest.wait()
    # The hub keeps the window for its length after the end; the last segment's record says it has read all.
    size = -1
    index = run_dir / "live/bench/window.idx"
    while True:
        now = index.read_bytes()
        if now == size:
            break
        size = now
        time.sleep(0.02)
    took = time.monotonic() - begin - 0.02
    hub.kill()
    hub.wait()
    shutil.rmtree(run_dir)
    return took


def main():
    print(f"{'file':24} {'MB':>6}   {'flu MB/s':>18}   {'ffmpeg MB/s':>18}   ratio")
    for name, seconds in (("h264-aac-2700k.ts", 1200), ("mpeg2-mp2.ts", 1000)):
        path = long_file(name, seconds)
        megabytes = path.stat().st_size / 1e6
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(megabytes / time_flu(path))
            theirs.append(megabytes / time_ffmpeg(path))
        path.unlink()
        text = [f"{statistics.median(row):5.0f} ({min(row):.0f}-{max(row):.0f})" for row in (ours, theirs)]
        ratio = statistics.median(ours) / statistics.median(theirs)
        print(f"{name:24} {megabytes:6.0f}   {text[0]:>18}   {text[1]:>18}   {ratio:.2f}", flush=True)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"(CPU of all children: {children.ru_utime + children.ru_stime:.0f} s)")


try:
    main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
