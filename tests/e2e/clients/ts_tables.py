#!/usr/bin/env python3
"""MPEG-TS as ISO 13818-1 has it, read and changed by other code than flu's.

  ts_tables.py dump FILE             what the tables say, a line each time it changes, and each packet that breaks
                                     its PID's continuity counter, with or without saying so
  ts_tables.py splice FILE PTS OUT   adds SCTE-35 to what ffmpeg wrote: a splice_insert at PTS, sent 2 s before
"""
import sys


def crc32(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


def packets(data):
    assert len(data) % 188 == 0, f"{len(data)} bytes are not whole packets"
    for at in range(0, len(data), 188):
        packet = data[at:at + 188]
        assert packet[0] == 0x47, f"no sync byte at {at}"
        field, start = b"", 4
        if packet[3] & 0x20:
            field, start = packet[5:5 + packet[4]], 5 + packet[4]
        yield at, packet, (packet[1] & 0x1F) << 8 | packet[2], field, packet[start:] if packet[3] & 0x10 else b""


def pcr_of(field):
    return int.from_bytes(field[1:6], "big") >> 7 if field and field[0] & 0x10 else None


def pts_of(payload):
    t = payload[9:14]
    return (t[0] >> 1 & 7) << 30 | t[1] << 22 | (t[2] >> 1) << 15 | t[3] << 7 | t[4] >> 1


def text(raw):
    return raw[1:].decode() if raw[:1] == b"\x15" else raw.decode("ascii")


class Dump:
    def __init__(self):
        self.last, self.sections, self.said = {}, {}, {}
        self.pmt_pid, self.splice_pids = None, set()

    def say(self, key, line):
        if self.said.get(key) != line:
            print(line)
        self.said[key] = line

    def packet(self, pid, packet, field, payload):
        counter, broken = packet[3] & 15, bool(field) and field[0] & 0x80
        wanted = (self.last.get(pid, counter - bool(payload)) + bool(payload)) % 16
        if broken:
            print(f"discontinuity pid={pid:#x} pcr={'yes' if pcr_of(field) is not None else 'no'}")
        elif counter != wanted:
            print(f"lost pid={pid:#x} counter={counter} wanted={wanted}")
        self.last[pid] = counter
        if payload and (pid in (0, 0x11, self.pmt_pid) or pid in self.splice_pids):
            self.gather(pid, packet[1] & 0x40, payload)

    def gather(self, pid, starts, payload):
        if starts:
            self.sections[pid] = bytearray(payload[1 + payload[0]:])
        elif pid in self.sections:
            self.sections[pid] += payload
        section = self.sections.get(pid, b"")
        if len(section) >= 3 and len(section) >= 3 + (section[1] << 8 & 0xF00 | section[2]):
            section = bytes(self.sections.pop(pid)[:3 + (section[1] << 8 & 0xF00 | section[2])])
            assert crc32(section) == 0, f"wrong CRC on PID {pid:#x}"
            self.section(pid, section)

    def section(self, pid, section):
        version, body = section[5] >> 1 & 31, section[8:-4]
        if pid == 0:
            self.pmt_pid = (body[2] & 0x1F) << 8 | body[3]
        elif pid == 0x11:
            descriptor = body[3 + 5:]
            provider = descriptor[4:4 + descriptor[3]]
            name = descriptor[5 + descriptor[3]:][:descriptor[4 + descriptor[3]]]
            self.say("sdt", f"sdt version={version} provider={text(provider)} name={text(name)}")
        elif pid == self.pmt_pid:
            self.pmt(version, body)
        else:
            self.splice(section)

    def pmt(self, version, body):
        length = (body[2] & 15) << 8 | body[3]
        program, rest, streams = body[4:4 + length], body[4 + length:], []
        while rest:
            pid, size = (rest[1] & 0x1F) << 8 | rest[2], (rest[3] & 15) << 8 | rest[4]
            streams.append(f"{rest[0]:#x}@{pid:#x}")
            if rest[0] == 0x86:
                self.splice_pids.add(pid)
            rest = rest[5 + size:]
        self.say("pmt", f"pmt version={version} program={program.hex()} {' '.join(streams)}")

    def splice(self, section):
        adjustment = (section[4] & 1) << 32 | int.from_bytes(section[5:9], "big")
        if section[13] == 5:  # as splice() below makes it
            pts = ((section[20] & 1) << 32 | int.from_bytes(section[21:25], "big")) + adjustment
            print(f"splice_insert pts={pts % 2**33}")


def seal(section):
    section = bytearray(section)
    section[1:3] = (section[1] << 8 & 0xF000 | len(section) + 1).to_bytes(2, "big")
    return bytes(section) + crc32(section).to_bytes(4, "big")


def as_packet(pid, counter, section):
    return (bytes([0x47, 0x40 | pid >> 8, pid & 255, 0x10 | counter, 0]) + section).ljust(188, b"\xff")


def splice_insert(pts):
    return seal(bytes.fromhex("fc3000" "00" "0000000000" "00" "fff00f" "05" "00000001" "7f" "cf") +
                (0xFE00000000 | pts).to_bytes(5, "big") + bytes.fromhex("0001" "00" "00" "0000"))


def splice(data, pts):
    out, is_sent = bytearray(), False
    for _, packet, pid, field, payload in packets(data):
        if pid == 0x1000:  # ffmpeg's PMT, in one packet
            section = payload[1:4 + ((payload[2] & 15) << 8 | payload[3])]
            assert section[10:12] == b"\xf0\x00", "descriptors of the program"
            section = section[:10] + b"\xf0\x06\x05\x04CUEI" + section[12:-4] + b"\x86\xe1\xf4\xf0\x00"
            packet = as_packet(pid, packet[3] & 15, seal(section))
        out += packet
        pcr = pcr_of(field)
        if pcr is not None and not is_sent and (pts - pcr) % 2**33 <= 2 * 90000:
            out += as_packet(0x1F4, 0, splice_insert(pts))
            is_sent = True
    assert is_sent, "no PCR 2 s before the splice"
    return bytes(out)


def main():
    data = open(sys.argv[2], "rb").read()
    if sys.argv[1] == "splice":
        open(sys.argv[4], "wb").write(splice(data, int(sys.argv[3])))
        return
    dump = Dump()
    for _, packet, pid, field, payload in packets(data[:len(data) // 188 * 188]):
        dump.packet(pid, packet, field, payload)


main()
