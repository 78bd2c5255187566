#!/usr/bin/env python3
"""join_ts.py FILE…: MPEG-TS files as one that a multiplexer might have sent, on standard output: the continuity counters go on,
so that nothing seems lost where the next begins."""
import sys

PACKET = 188

counters = {}
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        data = bytearray(file.read())
    for start in range(0, len(data), PACKET):
        pid = (data[start + 1] & 0x1F) << 8 | data[start + 2]
        if data[start + 3] & 0x10:  # with payload
            counters[pid] = counters.get(pid, -1) + 1 & 0x0F
        data[start + 3] = data[start + 3] & 0xF0 | counters.get(pid, 0)
    sys.stdout.buffer.write(data)
