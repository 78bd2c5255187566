"""flu-serve with one worker, for the time of a measurement."""
import contextlib
import os
import pathlib
import re
import resource
import subprocess
import sys


@contextlib.contextmanager
def running(bin_dir, run_dir, pin=()):
    """Yields its port and the pid of its worker."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen([*pin, bin_dir / "flu-serve", "--run-dir", run_dir, "--http", "127.0.0.1:0", "--workers",
                               "1", "--ready-fd", str(write_end)], pass_fds=[write_end], stderr=subprocess.DEVNULL)
    try:
        os.close(write_end)
        port = int(re.search(rb'"port":\s*(\d+)', os.read(read_end, 65536))[1])
        children = pathlib.Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii")
        yield port, int(children.split()[0])
    finally:
        os.close(read_end)
        server.terminate()
        server.wait()


def raise_limit(connections):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    if limit < connections + 1000:
        sys.exit(f"ulimit -n is {limit}: too low for {connections} connections")


def private_bytes(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(kib) for kib in re.findall(r"^Private_\w+:\s+(\d+)", text, re.MULTILINE)) << 10
