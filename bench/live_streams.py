#!/usr/bin/env python3
"""usage: live_streams.py BUILD MEDIA_DIR [COUNT...]: CPU and private memory of live 2.7 Mbit/s UDP streams.

For each COUNT (50, 100): that many `flu-ingest udp:// | flu-segment` pipelines, then as many `ffmpeg -c copy -f hls`
processes, fed by the same paced generator over loopback. CPU is per cent of one core; memory is what is private to
the processes, without the segments, which lie on tmpfs for both.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import time

from processes import Group, cpu_seconds, private_mib, udp_losses

BUILD, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
COUNTS = [int(word) for word in sys.argv[3:]] or [50, 100]
RATE, BASE_PORT = 2_700_000, 21_000
SETTLE, WATCH = 25, 30


def start_flu(group, count, work):
    environment = {**os.environ, "FLU_RUN_DIR": str(work / "run")}
    for i in range(count):
        group.pipe([BUILD / "bin/flu-ingest", f"udp://127.0.0.1:{BASE_PORT + i}"],
                   [BUILD / "bin/flu-segment", f"s{i}"], env=environment)


def start_ffmpeg(group, count, work):
    for i in range(count):
        folder = work / f"s{i}"
        folder.mkdir()
        group.start(["ffmpeg", "-nostdin", "-v", "error", "-fflags", "+genpts", "-i",
                     f"udp://127.0.0.1:{BASE_PORT + i}?fifo_size=20000&overrun_nonfatal=1", "-map", "0", "-c", "copy",
                     "-f", "hls", "-hls_time", "4", "-hls_flags", "delete_segments", folder / "index.m3u8"])


def measure(count, start):
    work = pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm"))
    try:
        with Group() as programs, Group() as feed:
            start(programs, count, work)
            time.sleep(2)
            feed.start([BUILD / "bench/udp_feed", MEDIA / "h264-aac-2700k.ts", str(RATE), str(BASE_PORT), str(count),
                        str(SETTLE + WATCH + 5)])
            time.sleep(SETTLE)
            pids, losses = programs.pids(), udp_losses()
            cpu, begin = cpu_seconds(pids), time.monotonic()
            time.sleep(WATCH)
            share = 100 * (cpu_seconds(pids) - cpu) / (time.monotonic() - begin)
            return {"cpu": share / count, "private": private_mib(pids) / count, "processes": len(pids),
                    "ended": len(programs.started) - programs.alive(), "lost": udp_losses() - losses}
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    print(f"{'streams':>7} {'program':8} {'processes':>9} {'CPU % a stream':>15} {'private MiB a stream':>21} "
          f"{'ended':>6} {'datagrams lost':>15}")
    for count in COUNTS:
        for name, start in (("flu", start_flu), ("ffmpeg", start_ffmpeg)):
            row = measure(count, start)
            print(f"{count:7} {name:8} {row['processes']:9} {row['cpu']:15.2f} {row['private']:21.2f} {row['ended']:6} "
                  f"{row['lost']:15}", flush=True)


main()
