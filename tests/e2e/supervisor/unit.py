#!/usr/bin/python3
"""Stands in for flu-segment, flu-ingest and flu-serve where a test is about the supervisor alone: says
hello, ready and counters on status.sock, and does what the file UNIT.do in $FLU_FAKE_DIR tells it to:
"exit N", "silent" (says nothing), "stubborn" (ignores SIGTERM), "eat" (takes memory without end)."""
import json
import os
import signal
import socket
import sys
import time

unit = os.environ["FLU_UNIT"]
path = os.path.join(os.environ["FLU_RUN_DIR"], "status.sock")
folder = os.environ["FLU_FAKE_DIR"]


def order():
    try:
        with open(os.path.join(folder, unit.replace("/", "+") + ".do")) as file:
            return file.read().split()
    except OSError:
        return []


def connect():
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    peer.connect(path)
    start = open("/proc/self/stat").read().rsplit(") ", 1)[1].split()[19]
    say(peer, type="hello", unit=unit, pid=os.getpid(), start_time=int(start),
        plan_hash=os.environ["FLU_PLAN_HASH"], version="0")
    say(peer, type="ready", ready=True, pid=os.getpid(), listen=[])
    return peer


def say(peer, **message):
    peer.send(json.dumps(message).encode())


def listen(peer):
    """Writes what the supervisor sends to UNIT.told."""
    try:
        told = peer.recv(65536, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return
    if told:
        with open(os.path.join(folder, unit.replace("/", "+") + ".told"), "a") as log:
            log.write(json.dumps(json.loads(told)) + "\n")


def main():
    with open(os.path.join(folder, unit.replace("/", "+") + ".started"), "a") as log:
        log.write(f"{os.getpid()} {' '.join(sys.argv[1:])}\n")
    what = order()
    if what[:1] == ["exit"]:
        sys.exit(int(what[1]))
    if what == ["eat"]:
        time.sleep(0.5)
        taken = []
        while True:
            taken.append(bytearray(64 << 20))  # MemoryError in the end, which is exit code 1
    if what == ["stubborn"]:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    peer = None
    while True:
        try:
            if order() != ["silent"]:
                peer = peer or connect()
                listen(peer)
                say(peer, type="counters", bitrate=2700000)
        except OSError:
            peer = None
        time.sleep(0.2)


main()
