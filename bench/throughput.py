#!/usr/bin/env python3
"""usage: throughput.py BIN MEDIA_DIR [ROUNDS]: MB/s of TS -> flu stream -> segments beside `ffmpeg -c copy -f hls`.

Both read the same file from memory and write their segments to memory, in turn: pinned to one core, and as they are
typed, where flu's two programs have a core each.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
WORK = pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm"))
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}


def long_file(name, seconds):
    """A file of the kind, long enough to measure: its short form over and over, times going on."""
    path = WORK / name
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-stream_loop", "-1", "-i", MEDIA / name, "-t", str(seconds),
                    "-map", "0", "-c", "copy", "-f", "mpegts", path], check=True)
    return path


def time_ffmpeg(path, pin):
    out = WORK / "ffmpeg"
    out.mkdir(exist_ok=True)
    begin = time.monotonic()
    subprocess.run([*pin, "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-map", "0", "-c", "copy", "-f", "hls",
                    "-hls_time", "4", "-hls_flags", "delete_segments", out / "i.m3u8"], check=True, **QUIET)
    took = time.monotonic() - begin
    shutil.rmtree(out)
    return took


def time_flu(path, pin):
    run_dir = WORK / "run"
    environment = {**os.environ, "FLU_RUN_DIR": str(run_dir)}
    begin = time.monotonic()
    ingest = subprocess.Popen([*pin, BIN / "flu-ingest", "--fast", f"file://{path}"], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    hub = subprocess.Popen([*pin, BIN / "flu-segment", "bench"], stdin=ingest.stdout, env=environment,
                           stderr=subprocess.PIPE, text=True)
    ingest.stdout.close()
    # The hub says so when the last segment is published, and then keeps the window for its length.
    if not any("its window stays" in line for line in hub.stderr):
        raise RuntimeError("flu-segment ended without a window")
    took = time.monotonic() - begin
    ingest.wait()
    hub.kill()
    hub.wait()
    hub.stderr.close()
    shutil.rmtree(run_dir)
    return took


def main():
    print(f"{'file':20} {'MB':>5} {'cores':>6} {'flu MB/s':>18} {'ffmpeg MB/s':>18} {'ratio':>6}")
    for name, seconds in (("h264-aac-2700k.ts", 1200), ("mpeg2-mp2.ts", 1000)):
        path = long_file(name, seconds)
        megabytes = path.stat().st_size / 1e6
        for cores, pin in (("one", ["taskset", "-c", "0"]), ("free", [])):
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(megabytes / time_flu(path, pin))
                theirs.append(megabytes / time_ffmpeg(path, pin))
            text = [f"{statistics.median(row):.0f} ({min(row):.0f}-{max(row):.0f})" for row in (ours, theirs)]
            ratio = statistics.median(ours) / statistics.median(theirs)
            print(f"{name:20} {megabytes:5.0f} {cores:>6} {text[0]:>18} {text[1]:>18} {ratio:6.2f}", flush=True)
        path.unlink()


try:
    main()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
