// What must hold in each MPEG-TS segment of a playlist and across them: PAT and PMT at its start, one program,
// continuity counters that go on without a gap (ISO 13818-1 2.4.3.3), an access unit delimiter before each H.264
// picture (RFC 8216 3.2 through ISO 13818-1 2.14.1), a key frame first.

export class TsContinuity {
  constructor(complain) {
    this.complain = complain;
    this.counters = new Map();
    this.lastNumber = null;
  }

  add(number, bytes, isDiscontinuity) {
    const say = (text) => this.complain(`segment ${number}: ${text}`);
    if (bytes.length % 188 !== 0) say(`${bytes.length} bytes are no whole packets`);
    if (isDiscontinuity || this.lastNumber !== number - 1) this.counters.clear();
    this.lastNumber = number;
    const segment = { pmtPid: null, streams: new Map(), firstVideo: null };
    const hasServiceTable = (((bytes[1] & 0x1f) << 8) | bytes[2]) === 0x11;
    for (let at = 0, index = hasServiceTable ? -1 : 0; at + 188 <= bytes.length; at += 188, index += 1) {
      this.packet(bytes.subarray(at, at + 188), index, segment, say);
    }
    if (segment.streams.size === 0) say('no PMT');
  }

  packet(packet, index, segment, say) {
    if (packet[0] !== 0x47) { say(`packet ${index} lost sync`); return; }
    const pid = ((packet[1] & 0x1f) << 8) | packet[2];
    const starts = (packet[1] & 0x40) !== 0;
    const hasPayload = (packet[3] & 0x10) !== 0;
    const counter = packet[3] & 0x0f;
    if (index === 0 && pid !== 0) say('does not start with a PAT');
    if (index === 1 && pid !== segment.pmtPid) say('no PMT after the PAT');
    if (hasPayload && pid !== 0x1fff) {
      const before = this.counters.get(pid);
      if (before !== undefined && counter !== ((before + 1) & 0x0f)) {
        say(`PID ${pid}: continuity counter ${counter} after ${before}`);
      }
      this.counters.set(pid, counter);
    }
    if (!hasPayload) return;
    const skip = (packet[3] & 0x20) !== 0 ? 5 + packet[4] : 4;
    const payload = packet.subarray(skip);
    if (!starts) return;
    if (pid === 0) this.pat(payload, segment, say);
    else if (pid === segment.pmtPid) this.pmt(payload, segment);
    else this.pes(payload, pid, packet, segment, say);
  }

  pat(payload, segment, say) {
    const table = payload.subarray(1 + payload[0]);
    const end = 3 + (((table[1] & 0x0f) << 8) | table[2]) - 4;
    const pids = [];
    for (let at = 8; at + 4 <= end; at += 4) {
      const program = (table[at] << 8) | table[at + 1];
      if (program !== 0) pids.push(((table[at + 2] & 0x1f) << 8) | table[at + 3]);
    }
    if (pids.length !== 1) say(`${pids.length} programs`);
    segment.pmtPid = pids[0];
  }

  pmt(payload, segment) {
    const table = payload.subarray(1 + payload[0]);
    const end = 3 + (((table[1] & 0x0f) << 8) | table[2]) - 4;
    let at = 12 + (((table[10] & 0x0f) << 8) | table[11]);
    for (; at + 5 <= end; at += 5 + (((table[at + 3] & 0x0f) << 8) | table[at + 4])) {
      segment.streams.set(((table[at + 1] & 0x1f) << 8) | table[at + 2], table[at]);
    }
  }

  pes(payload, pid, packet, segment, say) {
    if (segment.streams.get(pid) !== 0x1b) return;  // H.264
    const data = payload.subarray(9 + payload[8]);
    const nal = data[2] === 1 ? data[3] : data[4];
    if ((nal & 0x1f) !== 9) say('an H.264 picture without an access unit delimiter');
    if (segment.firstVideo === null) {
      segment.firstVideo = pid;
      const isRandomAccess = (packet[3] & 0x20) !== 0 && packet[4] > 0 && (packet[5] & 0x40) !== 0;
      if (!isRandomAccess) say('its first picture is not marked as random access');
    }
  }
}
