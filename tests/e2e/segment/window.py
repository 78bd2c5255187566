#!/usr/bin/env python3
# Shows and checks a live window from outside, by docs/format.md alone.
#   window.py list FOLDER              a line a segment: seq disc_seq flags start duration size sap
#   window.py check FOLDER             every file is there, whole, in order; prints the number of segments
#   window.py frames FOLDER [INIT+SEGMENTS]   writes init and segments, in order, to a file ffprobe can read
#   window.py same FOLDER FOLDER       segments of equal seq are equal; prints how many there were
import glob
import os
import struct
import sys

MAGIC = b"FLUWIN1\n"


def table():
    out = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        out.append(i)
    return out


TABLE = table()


def crc32c(data):
    state = 0xFFFFFFFF
    for byte in data:
        state = state >> 8 ^ TABLE[(state ^ byte) & 0xFF]
    return state ^ 0xFFFFFFFF


def read(folder):
    with open(folder + "/window.idx", "rb") as file:
        data = file.read()
    head = data[:128]
    assert head[:8] == MAGIC, "magic"
    assert struct.unpack("<I", head[124:])[0] == crc32c(head[:124]), "checksum of the header"
    version, size, capacity = struct.unpack("<HHI", head[8:16])
    assert (version, size) == (1, 80)
    target, = struct.unpack("<I", head[40:44])
    last, first = struct.unpack("<QQ", head[48:64])
    shown, flags = struct.unpack("<II", head[64:72])
    records = []
    for number in range(first, last):
        at = 128 + number % capacity * size
        raw = data[at:at + size]
        kind, sap, bits, crc, start, duration, seq, _, length = struct.unpack("<BBHIqIIQI", raw[:36])
        assert kind == 1 and crc == crc32c(raw[:4] + raw[8:]), "record %d" % number
        disc_seq, init = struct.unpack("<II", raw[72:80])
        records.append({"seq": seq, "disc_seq": disc_seq, "flags": bits, "start": start, "duration": duration,
                        "size": length, "sap": sap, "init": init,
                        "file": "%s/%d.mp4" % (folder, start)})
    return {"target": target, "shown": shown, "ended": flags & 1, "records": records}


def boxes(path):
    with open(path, "rb") as file:
        data = file.read()
    at, found = 0, []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        assert size >= 8 and at + size <= len(data), "%s: box at %d" % (path, at)
        found.append(kind.decode())
        at += size
    return found


def init_of(folder, record):
    names = glob.glob("%s/init-%08x*.mp4" % (folder, record["init"]))
    assert len(names) == 1, "init %08x: %s" % (record["init"], names)
    return names[0]


def check(folder):
    window = read(folder)
    before = None
    for one in window["records"]:
        assert os.path.getsize(one["file"]) == one["size"], one
        found = boxes(one["file"])
        assert found[-2:] == ["moof", "mdat"] and found.count("moof") == 1, found
        assert boxes(init_of(folder, one)) == ["ftyp", "moov"]
        assert round(one["duration"] / 90000) <= window["target"], one
        if before:
            assert one["seq"] > before["seq"] and one["start"] >= before["start"] + before["duration"] - 1, one
            assert one["disc_seq"] - before["disc_seq"] == (one["flags"] & 1), one
            if not one["flags"] & 1:
                assert one["start"] - before["start"] - before["duration"] in (-1, 0, 1), one
        before = one
    return len(window["records"])


def frames(folder, out):
    window = read(folder)
    with open(out, "wb") as file:
        with open(init_of(folder, window["records"][0]), "rb") as init:
            file.write(init.read())
        for one in window["records"]:
            with open(one["file"], "rb") as segment:
                file.write(segment.read())


def same(one, other):
    theirs = {record["seq"]: record for record in read(other)["records"]}
    count = 0
    for record in read(one)["records"]:
        if record["seq"] not in theirs:
            continue
        with open(record["file"], "rb") as mine, open(theirs[record["seq"]]["file"], "rb") as its:
            assert mine.read() == its.read(), record
        count += 1
    return count


def main(command, *arguments):
    if command == "list":
        for one in read(arguments[0])["records"]:
            print(one["seq"], one["disc_seq"], one["flags"], one["start"], one["duration"], one["size"], one["sap"])
    elif command == "check":
        print(check(*arguments))
    elif command == "frames":
        frames(*arguments)
    elif command == "same":
        print(same(*arguments))


main(*sys.argv[1:])
