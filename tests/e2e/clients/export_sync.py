#!/usr/bin/env python3
"""Are pictures and sound of an export together as they were in the file that was recorded?

export_sync.py SOURCE EXPORT: both as `ffmpeg -f framemd5` lists them. Prints what is matched.
"""
import sys

TOLERANCE = 0.004  # s: sound keeps its frames' length within 2 ms of its timestamps


def frames(path):
    """{stream: {hash: pts in s}}; what comes twice tells nothing."""
    base, found, twice = {}, {}, set()
    for line in open(path):
        if line.startswith("#tb"):
            stream, value = line[3:].split(":")
            num, den = value.split("/")
            base[int(stream)] = int(num) / int(den)
        if line.startswith("#"):
            continue
        stream, _, pts, _, _, digest = (field.strip() for field in line.split(",")[:6])
        if digest in found.setdefault(int(stream), {}):
            twice.add((int(stream), digest))
        found[int(stream)][digest] = int(pts) * base[int(stream)]
    for stream, digest in twice:
        del found[stream][digest]
    return found


def main():
    source, export = frames(sys.argv[1]), frames(sys.argv[2])
    shifts = []
    for stream, times in sorted(export.items()):
        matched = [times[digest] - source[stream][digest] for digest in times if digest in source[stream]]
        if len(matched) < 0.9 * len(times):
            sys.exit(f"stream {stream}: only {len(matched)} of {len(times)} frames are of the source")
        print(f"stream {stream}: {len(matched)} frames, {min(matched):.4f} to {max(matched):.4f} s")
        shifts += [min(matched), max(matched)]
    if max(shifts) - min(shifts) > TOLERANCE:
        sys.exit(f"out of step by {max(shifts) - min(shifts):.4f} s")


main()
