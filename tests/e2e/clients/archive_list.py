#!/usr/bin/env python3
"""whole LIST: segments follow each other without holes or doubles, but at discontinuities.
grows OLD NEW: and OLD is what NEW begins with."""

import datetime
import sys


def segments(path):
    out, broken, at = [], False, None
    for line in open(path):
        line = line.rstrip("\n")
        if line == "#EXT-X-DISCONTINUITY":
            broken = True
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            at = datetime.datetime.fromisoformat(line.split(":", 1)[1].rstrip("Z")).timestamp()
        elif line.startswith("#EXTINF:"):
            duration = float(line[8:].split(",")[0])
        elif line and not line.startswith("#"):
            out.append((line, at, duration, broken))
            broken = False
    return out


def check(path):
    found = segments(path)
    if not found:
        sys.exit(f"{path}: no segments")
    for (name, at, duration, _), (following, start, _, broken) in zip(found, found[1:]):
        hole = start - at - duration
        if not broken and abs(hole) > 0.1:
            sys.exit(f"{path}: {hole:.3f} s between {name} and {following}")
        if start <= at:
            sys.exit(f"{path}: {following} stands behind {name}")
    return [name for name, *_ in found]


if sys.argv[1] == "whole":
    check(sys.argv[2])
else:
    old, new = check(sys.argv[2]), check(sys.argv[3])
    if new[: len(old)] != old or len(new) <= len(old):
        sys.exit(f"{sys.argv[2]} is not the beginning of {sys.argv[3]}")
    if "#EXT-X-ENDLIST" in open(sys.argv[3]).read() or "TYPE:EVENT" not in open(sys.argv[3]).read():
        sys.exit(f"{sys.argv[3]}: expected EVENT without an end")
