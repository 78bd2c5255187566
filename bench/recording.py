#!/usr/bin/env python3
"""usage: recording.py BUILD MEDIA_DIR [COUNT...]: what it costs to record live 2.7 Mbit/s UDP streams to a disk.

For each COUNT (100): that many `flu-ingest udp:// | flu-segment` pipelines with one `flu-dvr record`, then as many multicats,
fed by the same paced generator. CPU is per cent of one core a stream, of the recorder alone and with what receives; writes
are system calls, of which multicat makes one for some datagrams and the recorder one for a segment.
multicat syncs nothing; the recorder's barriers are counted by itself.
"""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

from processes import Group, cpu_seconds, private_mib, udp_losses

BUILD, MEDIA = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
COUNTS = [int(word) for word in sys.argv[3:]] or [100]
RATE, BASE_PORT = 2_700_000, 21_000
SETTLE, WATCH = 25, 30


def start_flu(group, count, work):
    environment = {**os.environ, "FLU_RUN_DIR": str(work["memory"] / "run"), "FLU_STATE_DIR": str(work["memory"])}
    for i in range(count):
        group.pipe([BUILD / "bin/flu-ingest", f"udp://127.0.0.1:{BASE_PORT + i}"],
                   [BUILD / "bin/flu-segment", f"s{i}"], env=environment)
    log = open(work["memory"] / "recorder.log", "w", encoding="ascii")
    return [group.start([BUILD / "bin/flu-dvr", "record", "--root", work["disk"], "--status",
                         *(f"s{i}" for i in range(count))], stderr=log, env=environment).pid]


def start_multicat(group, count, work):
    recorders = []
    for i in range(count):
        folder = work["disk"] / f"s{i}"
        folder.mkdir()
        recorders.append(group.start(["multicat", "-u", f"@127.0.0.1:{BASE_PORT + i}", folder]).pid)
    return recorders


def writes(pids):
    """System calls that write, and bytes that went into the page cache."""
    calls = size = 0
    for pid in pids:
        fields = dict(line.split(": ") for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines())
        calls += int(fields["syscw"])
        size += int(fields["wchar"])
    return calls, size


def barriers(work):
    log = work["memory"] / "recorder.log"
    if not log.exists():
        return 0
    lines = [line for line in log.read_text().splitlines() if '"counters"' in line]
    return json.loads(lines[-1])["barriers"] if lines else 0


def measure(count, start):
    work = {"memory": pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir="/dev/shm")),
            "disk": pathlib.Path(tempfile.mkdtemp(prefix="flu-bench.", dir=BUILD))}
    try:
        with Group() as programs, Group() as feed:
            recorders = start(programs, count, work)
            time.sleep(2)
            feed.start([BUILD / "bench/udp_feed", MEDIA / "h264-aac-2700k.ts", str(RATE), str(BASE_PORT), str(count),
                        str(SETTLE + WATCH + 5)])
            time.sleep(SETTLE)
            pids, losses = programs.pids(), udp_losses()
            cpu, own, (calls, size), synced = cpu_seconds(pids), cpu_seconds(recorders), writes(recorders), barriers(work)
            begin = time.monotonic()
            time.sleep(WATCH)
            took = time.monotonic() - begin
            now_calls, now_size = writes(recorders)
            return {"own": 100 * (cpu_seconds(recorders) - own) / took / count,
                    "cpu": 100 * (cpu_seconds(pids) - cpu) / took / count,
                    "private": private_mib(recorders) / count, "calls": (now_calls - calls) / took,
                    "rate": (now_size - size) / took * 8 / 1e6 / count, "barriers": (barriers(work) - synced) / took,
                    "ended": len(programs.started) - programs.alive(), "lost": udp_losses() - losses}
    finally:
        for folder in work.values():
            shutil.rmtree(folder, ignore_errors=True)


def main():
    print(f"{'streams':>7} {'program':8} {'recorder CPU %':>15} {'with receiving':>15} {'recorder MiB':>13} {'writes/s':>9} "
          f"{'Mbit/s a stream':>16} {'barriers/s':>11} {'ended':>6} {'datagrams lost':>15}")
    for count in COUNTS:
        for name, start in (("flu", start_flu), ("multicat", start_multicat)):
            row = measure(count, start)
            print(f"{count:7} {name:8} {row['own']:15.3f} {row['cpu']:15.3f} {row['private']:13.3f} {row['calls']:9.1f} "
                  f"{row['rate']:16.2f} {row['barriers']:11.2f} {row['ended']:6} {row['lost']:15}", flush=True)


main()
