#!/usr/bin/env python3
# Plays to a running server for long, or as much as comes in a long time, with faults, and watches what its programs hold.
#
#   soak.py URL RUN_DIR STREAM CLIP OTHER_CLIP [--rounds N] [--minutes N] [--media SECONDS] [--growth KIB]
#
# A round sends SECONDS of media as fast as they are taken, with lies (lying_sender.py), kills one program of the server
# and sometimes the sender, and is read as HLS and MPEG-TS meanwhile. Fails when afterwards a program holds more
# descriptors than after the warm-up, or KIB more memory an hour of media, when a stream stays away, or when
# numbers go back.
import argparse
import glob
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
WARM_UP = 4  # rounds
SEGMENT_CACHE = 128 * 1024  # KiB, of a worker of flu-serve: what it may come to hold in any time


def units(run_dir):
    out = {}
    for path in glob.glob(run_dir + "/units/*.json"):
        try:
            with open(path) as file:
                unit = json.load(file)
            os.kill(unit["pid"], 0)
            out[os.path.basename(path)[:-5]] = unit["pid"]
        except (OSError, ValueError, KeyError):
            pass
    return out


def family(pid):
    """The process and those it forked."""
    out = [pid]
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            for child in file.read().split():
                out += family(int(child))
    except OSError:
        pass
    return out


def holds(pid):
    """Private KiB and descriptors of a family; what lies on the run directory is not its own memory."""
    memory = descriptors = 0
    for one in family(pid):
        try:
            with open("/proc/%d/smaps_rollup" % one) as file:
                memory += int(re.search(r"Private_Dirty: +(\d+)", file.read()).group(1))
            descriptors += len(os.listdir("/proc/%d/fd" % one))
        except (OSError, AttributeError):
            pass
    return memory, descriptors


class Reader:
    """Follows the playlist and its newest segment; numbers may not go back."""

    def __init__(self, url):
        self.url = url
        self.number = -1
        self.problem = None
        self.segments = 0
        self.is_over = False
        self.threads = [threading.Thread(target=job, daemon=True) for job in (self.follow_hls, self.follow_ts)]
        for thread in self.threads:
            thread.start()

    def follow_hls(self):
        while not self.is_over:
            try:
                with urllib.request.urlopen(self.url + "/index.m3u8", timeout=20) as answer:
                    text = answer.read().decode()
                number = int(re.search(r"MEDIA-SEQUENCE:(\d+)", text).group(1))
                if number < self.number:
                    self.problem = "MEDIA-SEQUENCE went from %d to %d" % (self.number, number)
                self.number = number
                names = [line for line in text.split("\n") if line and line[0] != "#"]
                with urllib.request.urlopen(self.url + "/" + names[-1], timeout=20) as answer:
                    self.segments += len(answer.read()) > 188
            except (OSError, AttributeError, ValueError, IndexError):
                pass  # the server was killed, or has no segment yet
            time.sleep(0.1)

    def follow_ts(self):
        while not self.is_over:
            try:
                with urllib.request.urlopen(self.url + "/mpegts", timeout=20) as answer:
                    while not self.is_over and answer.read(65536):
                        pass
            except OSError:
                pass
            time.sleep(0.1)


def lies(chance, seconds, other):
    out = []
    for _ in range(6):
        at = chance.uniform(1, seconds - 5)
        out.append(chance.choice([
            "%f:jump:%d" % (at, chance.randint(-100000, 100000)), "%f:loss:2:5" % at, "%f:double:1" % at,
            "%f:counters:1" % at, "%f:garbage:50000" % at, "%f:random:1" % at, "%f:nopts:1" % at,
            "%f:shuffle:1" % at, "%f:mute:20" % at, "%f:pcr:-30" % at]))
    out.append("%f:file:%s" % (seconds / 2, other))
    return out


def send(options, chance, number):
    first, second = (options.clip, options.other) if number % 2 else (options.other, options.clip)
    sender = subprocess.Popen([sys.executable, HERE + "/lying_sender.py", "--speed", "0", "--seed", str(number),
                               "--seconds", str(options.media), first, "-"] + lies(chance, options.media, second),
                              stdout=subprocess.PIPE)
    ingest = subprocess.Popen(["flu-ingest", "--to", options.stream, "-"], stdin=sender.stdout,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sender.stdout.close()
    if number % 4 == 3:  # in the middle of it
        time.sleep(0.3)
        ingest.kill()
    ingest.wait()
    sender.wait()
    return ingest.returncode


def kill_one(options, chance):
    running = units(options.run_dir)
    name = chance.choice(sorted(running))
    victim = running[name]
    if name == "serve" and chance.random() < 0.5:
        victim = family(victim)[-1]  # a worker
    os.kill(victim, signal.SIGKILL)
    end = time.monotonic() + 30
    while units(options.run_dir).get(name) == running[name] and victim == running[name]:
        if time.monotonic() > end:
            sys.exit("%s did not come back" % name)
        time.sleep(0.1)


def check(samples, options):
    """A process is compared with itself; its descriptors with those of the first that did its job."""
    for name, list_of in samples.items():
        first = list_of[0]
        last = list_of[-1]
        first = next(sample for sample in list_of if sample["pid"] == last["pid"])
        media = (last["round"] - first["round"]) * options.media / 3600
        growth = last["memory"] - first["memory"]
        print("%s: %d KiB, %+d in %.2f h of media; %d descriptors, were %d" % (
            name, last["memory"], growth, media, last["descriptors"], list_of[0]["descriptors"]))
        allowed = options.growth * max(1, media) + (SEGMENT_CACHE if name == "serve" else 0)
        if growth > allowed:
            sys.exit("%s grows: %s" % (name, [s["memory"] for s in list_of]))
        if last["descriptors"] > list_of[0]["descriptors"] + 3:
            sys.exit("%s keeps descriptors: %s" % (name, [s["descriptors"] for s in list_of]))


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "run_dir", "stream", "clip", "other"):
        parser.add_argument(name)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--media", type=int, default=300)
    parser.add_argument("--growth", type=int, default=1024)
    options = parser.parse_args()
    chance = random.Random(11)
    reader = Reader(options.url + "/" + options.stream)
    samples, number = {}, 0
    end = time.monotonic() + options.minutes * 60
    while number < options.rounds or time.monotonic() < end:
        number += 1
        code = send(options, chance, number)
        if code not in (0, 3, -9):
            sys.exit("round %d: flu-ingest ended with %d" % (number, code))
        # Programs are killed early on, so that what lives on afterwards can be watched for long.
        is_long = number <= WARM_UP or (options.minutes and number % 50 == 0)
        if is_long:
            kill_one(options, chance)
            continue
        time.sleep(0.2)
        for name, pid in units(options.run_dir).items():
            memory, descriptors = holds(pid)
            samples.setdefault(name, []).append(
                {"pid": pid, "round": number, "memory": memory, "descriptors": descriptors})
        if reader.problem:
            sys.exit("round %d: %s" % (number, reader.problem))
    reader.is_over = True
    if reader.segments < number:
        sys.exit("only %d segments were played in %d rounds" % (reader.segments, number))
    check(samples, options)
    print("%d rounds, %.1f h of media, %d segments played" % (number, number * options.media / 3600, reader.segments))


main()
