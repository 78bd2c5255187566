#!/usr/bin/env python3
"""Reads the text of an HLS stream as players do: MASTER. One line a cue: language, start and end in seconds after
the first picture, the text, and how many segments it stands in. Ends with an error where the playlists of text and
picture differ, a segment is no WebVTT of HLS, or a cue stands where it is not shown."""
import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request

WRAP = 1 << 33


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read(), answer.headers


def attributes(line):
    return {k: v.strip('"') for k, v in re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', line.split(":", 1)[1])}


def segments(url):
    """What is before the segments, then (lines in front of an address, address)."""
    out, head, before = [], [], []
    for line in get(url)[0].decode().splitlines():
        if line.startswith("#EXT-X-MAP") or line.startswith("#EXT-X-INDEPENDENT") or line.startswith("#EXT-X-VERSION"):
            continue
        if line.startswith("#EXTINF") or line.startswith("#EXT-X-PROG") or line.startswith("#EXT-X-DISC"):
            before.append(line)
        elif line.startswith("#"):
            head.append(line)
        elif line:
            out.append((before, urllib.parse.urljoin(url, line)))
            before = []
    return [line for line in head if "SEQUENCE" in line or "TARGETDURATION" in line], out


def first_picture(address, is_mp4):
    media = get(address)[0]
    if is_mp4:  # ffprobe would move what has offsets below zero; the first track's tfdt is where its picture begins
        at = media.index(b"tfdt") + 8
        return int.from_bytes(media[at:at + 8], "big") / 90000
    open("segment.bin", "wb").write(media)
    shown = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "json",
         "segment.bin"], check=True, capture_output=True).stdout)
    return min(float(packet["pts_time"]) for packet in shown["packets"])


def seconds(text):
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read_vtt(text):
    head, *blocks = text.strip("\n").split("\n\n")
    lines = head.split("\n")
    assert lines[0] == "WEBVTT", text
    mapped = re.fullmatch(r"X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:([\d:.]+)", lines[1])
    assert mapped and int(mapped[1]) < WRAP, text
    cues = []
    for block in blocks:
        name, times, *rest = block.split("\n")
        start, end = re.fullmatch(r"([\d:.]+) --> ([\d:.]+).*", times).groups()
        assert rest, block
        cues.append((name, seconds(start), seconds(end), "\n".join(rest)))
    return int(mapped[1]) / 90000 - seconds(mapped[2]), cues


def main():
    master = sys.argv[1]
    lines = get(master)[0].decode().splitlines()
    renditions = [attributes(line) for line in lines if line.startswith("#EXT-X-MEDIA:TYPE=SUBTITLES")]
    variants = [(attributes(line), lines[i + 1]) for i, line in enumerate(lines)
                if line.startswith("#EXT-X-STREAM-INF")]
    assert renditions and variants, lines
    assert all(variant["SUBTITLES"] == rendition["GROUP-ID"] for variant, _ in variants for rendition in renditions)
    picture = urllib.parse.urljoin(master, variants[0][1])
    head, shown = segments(picture)
    zero = first_picture(shown[0][1], ".m4s" in shown[0][1]) % (WRAP / 90000)
    for rendition in renditions:
        assert rendition["NAME"] and rendition["FORCED"] == "NO" and rendition["AUTOSELECT"] == "YES", rendition
        own_head, own = segments(urllib.parse.urljoin(master, rendition["URI"]))
        assert own_head == head, (own_head, head)
        assert [b for b, _ in own] == [b for b, _ in shown], (own, shown)
        found, begin = {}, 0.0
        for before, address in own:
            body, headers = get(address)
            assert headers["Content-Type"].startswith("text/vtt"), headers
            offset, cues = read_vtt(body.decode())
            length = float(next(line for line in before if line.startswith("#EXTINF"))[8:].split(",")[0])
            for name, start, end, text in cues:
                span = WRAP / 90000
                at = (offset + start - zero + span / 2) % span - span / 2
                assert at < begin + length and at + end - start > begin, (begin, length, at, cues)
                same = found.setdefault(name, [at, at + end - start, text, 0])
                assert abs(same[0] - at) < 0.002 and same[2] == text, (same, at, text)
                same[3] += 1
            begin += length
        for start, end, text, count in sorted(found.values()):
            print(f"{rendition.get('LANGUAGE', '-')} {start:.2f} {end:.2f} {text!r} {count}")


main()
