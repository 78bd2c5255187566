"""What processes use: CPU time and private memory, from /proc, of them and their descendants."""
import os
import pathlib
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def children_of(pid):
    try:
        found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found]


def family(pids):
    found = list(pids)
    for pid in found:  # grows while it is walked
        found.extend(children_of(pid))
    return found


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def private_mib(pids):
    total = 0
    for pid in pids:
        try:
            lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
    return total / 1024


def udp_losses():
    """Datagrams that the kernel dropped since boot because no receiver took them in time."""
    rows = [line.split() for line in open("/proc/net/snmp") if line.startswith("Udp:")]
    return int(dict(zip(rows[0], rows[1]))["RcvbufErrors"])


class Group:
    """Processes started together and ended together."""

    def __init__(self):
        self.started = []

    def start(self, words, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen(words, **options)
        self.started.append(process)
        return process

    def pipe(self, first, second, **options):
        """first | second; returns both."""
        left = self.start(first, stdout=subprocess.PIPE, **options)
        right = self.start(second, stdin=left.stdout, **options)
        left.stdout.close()
        return left, right

    def pids(self):
        return family([process.pid for process in self.started])

    def alive(self):
        return sum(process.poll() is None for process in self.started)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in self.started:
                if process.poll() is None:
                    process.send_signal(number)
            deadline = time.monotonic() + 5
            for process in self.started:
                try:
                    process.wait(max(0.01, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    pass
