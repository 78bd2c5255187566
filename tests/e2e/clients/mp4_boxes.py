#!/usr/bin/env python3
"""usage: mp4_boxes.py FILE...: prints the boxes of MP4 files as paths, one a line, in their order; exit code 1 where one
breaks its bounds. Containers are looked into; uuid boxes come with their uuid."""
import struct
import sys

CONTAINERS = {"moov", "trak", "mdia", "minf", "dinf", "stbl", "mvex", "udta", "moof", "traf"}


def walk(data, at, end, path):
    while at < end:
        if end - at < 8:
            sys.exit(f"{path}: {end - at} bytes behind the last box")
        size, name = struct.unpack_from(">I4s", data, at)
        name = name.decode("latin-1")
        if size < 8 or size > end - at:
            sys.exit(f"{path}/{name}: size {size} of {end - at}")
        shown = name + ("=" + data[at + 8:at + 24].hex() if name == "uuid" else "")
        print(f"{path}/{shown}")
        if name in CONTAINERS:
            walk(data, at + 8, at + size, f"{path}/{name}")
        elif name == "stsd":
            walk(data, at + 16, at + size, f"{path}/{name}")
        at += size


for file in sys.argv[1:]:
    with open(file, "rb") as handle:
        content = handle.read()
    walk(content, 0, len(content), "")
