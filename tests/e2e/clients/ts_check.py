#!/usr/bin/env python3
"""Is this MPEG-TS as ISO 13818-1 and ETSI TR 101 290 want it? Other code than flu's.

  ts_check.py FILE [--max-pcr MS]   says what is wrong, a line each, and fails then; the last line tells what it is:
                                    PIDs, how often the PCR began anew, the longest time between two PCR and
                                    between two PAT, PMT and SDT, in ms

PCR at most 40 ms apart unless told otherwise and in their order, also over 2**33; tables at most 500 ms apart, and
before what they describe; continuity counters without a hole that discontinuity_indicator does not announce; pictures
that are not late for their PCR.
"""
import argparse

TICKS = 2**33 * 300  # where the clock of 27 MHz begins anew
SECOND = 27_000_000


def timestamp(t):
    return (t[0] >> 1 & 7) << 30 | t[1] << 22 | (t[2] >> 1) << 15 | t[3] << 7 | t[4] >> 1


def decode_time(pes):
    """DTS of a PES packet, or its PTS; None where it has none."""
    if len(pes) < 19 or pes[:3] != b"\0\0\1" or not pes[7] & 0x80:
        return None
    return timestamp(pes[14:19] if pes[7] & 0x40 else pes[9:14])


def ms(ticks):
    return ticks * 1000 / SECOND


class Check:
    def __init__(self, max_pcr):
        self.max_pcr = max_pcr
        self.errors, self.last, self.streams = [], {}, {}
        self.pmt_pid = self.pcr_pid = self.sdt_pid = self.pcr = None
        self.tables, self.longest, self.wraps = {}, {}, 0

    def error(self, number, words):
        self.errors.append(f"packet {number}: {words}")

    def packet(self, number, packet):
        if packet[0] != 0x47:
            return self.error(number, "no sync byte")
        pid, control, counter = (packet[1] & 0x1F) << 8 | packet[2], packet[3] >> 4 & 3, packet[3] & 15
        field, start = b"", 4
        if control & 2:
            field, start = packet[5:5 + packet[4]], 5 + packet[4]
        payload, broken = packet[start:] if control & 1 else b"", bool(field) and bool(field[0] & 0x80)
        self.continuity(number, pid, counter, bool(payload), broken)
        if field and field[0] & 0x10:
            self.clock(number, pid, field, broken)
        if payload and packet[1] & 0x40:
            self.unit(number, pid, payload)

    def continuity(self, number, pid, counter, has_payload, broken):
        if pid in self.last and not broken and counter != (self.last[pid] + has_payload) % 16:
            self.error(number, f"PID {pid:#x}: counter {counter} after {self.last[pid]}")
        self.last[pid] = counter

    def clock(self, number, pid, field, broken):
        if pid != self.pcr_pid:
            return self.error(number, f"PCR on PID {pid:#x}, the PMT says {self.pcr_pid}")
        raw = int.from_bytes(field[1:7], "big")
        pcr = (raw >> 15) * 300 + (raw & 0x1FF)
        if self.pcr is not None and not broken:
            step = (pcr - self.pcr) % TICKS
            if not 0 < step <= self.max_pcr * SECOND // 1000:
                self.error(number, f"PCR {ms(step if step < TICKS // 2 else step - TICKS):.2f} ms after the last one")
            else:
                self.wraps += pcr < self.pcr
                self.longest["pcr"] = max(self.longest.get("pcr", 0), step)
        if broken:
            self.tables = {}
        self.pcr = pcr

    def unit(self, number, pid, payload):
        if pid in self.streams and self.streams[pid] != 0x86:
            return self.pes(number, pid, payload)
        section = payload[1 + payload[0]:]
        if pid == 0:
            self.pmt_pid = (section[10] & 0x1F) << 8 | section[11]
            self.table(number, "pat")
        elif pid == self.pmt_pid:
            self.pmt(section)
            self.table(number, "pmt")
        elif section[0] == 0x42:
            self.sdt_pid = pid
            self.table(number, "sdt")
        elif pid not in self.streams:
            self.error(number, f"PID {pid:#x} is in no table")

    def table(self, number, name):
        if self.pcr is None:
            return
        if name in self.tables:
            step = (self.pcr - self.tables[name]) % TICKS
            self.longest[name] = max(self.longest.get(name, 0), step)
            if step > SECOND // 2:
                self.error(number, f"{name} {ms(step):.0f} ms after the last one")
        self.tables[name] = self.pcr

    def pmt(self, section):
        end = 3 + ((section[1] & 15) << 8 | section[2]) - 4
        self.pcr_pid = (section[8] & 0x1F) << 8 | section[9]
        at, self.streams = 12 + ((section[10] & 15) << 8 | section[11]), {}
        while at < end:
            self.streams[(section[at + 1] & 0x1F) << 8 | section[at + 2]] = section[at]
            at += 5 + ((section[at + 3] & 15) << 8 | section[at + 4])

    def pes(self, number, pid, payload):
        time = decode_time(payload)
        if time is None or self.pcr is None or pid != self.pcr_pid:
            return
        early = (time * 300 - self.pcr) % TICKS
        if not 0 < early <= SECOND:
            self.error(number, f"PID {pid:#x}: decoded {ms(early if early < TICKS // 2 else early - TICKS):.0f} ms "
                               "after its PCR")

    def summary(self):
        tracks = ",".join(f"{kind:#x}@{pid:#x}" for pid, kind in self.streams.items())
        longest = " ".join(f"{name}_max={ms(ticks):.1f}" for name, ticks in sorted(self.longest.items()))
        sdt = f" sdt={self.sdt_pid:#x}" if self.sdt_pid is not None else ""
        return f"pmt={self.pmt_pid or 0:#x}{sdt} tracks={tracks} wraps={self.wraps} {longest}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--max-pcr", type=int, default=40)
    arguments = parser.parse_args()
    with open(arguments.file, "rb") as file:
        data = file.read()
    check = Check(arguments.max_pcr)
    for number in range(len(data) // 188):
        check.packet(number, data[number * 188:number * 188 + 188])
    for line in check.errors[:20]:
        print(line)
    print(check.summary())
    raise SystemExit(1 if check.errors or not check.streams or "pcr" not in check.longest else 0)


main()
