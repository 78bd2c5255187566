// usage: node mpd_check.mjs MPD_URL SECONDS [periods=N] [holes=N]: follows a live MPD as a strict player: what may not
// change does not, every segment is there when it is told of, alone a CMAF segment that begins and ends where its timeline
// says, and needs no more than @bandwidth. periods: how many different ones were seen at least; holes: how many segments
// may be told of as longer than they are, since the source was away behind them. Prints {segments, periods, holes, versions}.
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.FLU_WEB_CLIENTS}/`);
const { DOMParser } = require('@xmldom/xmldom');
const mpdParser = require('mpd-parser');
const [url, seconds, ...wanted] = process.argv.slice(2);

const fail = (words) => { console.log(JSON.stringify({ failed: words })); process.exit(1); };
const check = (isGood, words) => { if (!isGood) fail(words); };
const elements = (node, name) => Array.from(node.getElementsByTagName(name));

async function get(address) {
  const answer = await fetch(address);
  check(answer.status === 200, `${address}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

// The boxes of a file as [path, payload], containers looked into.
function boxes(data, path = '', out = []) {
  for (let at = 0; at < data.length;) {
    check(data.length - at >= 8, `${path}: bytes behind the last box`);
    const size = data.readUInt32BE(at);
    const type = data.toString('latin1', at + 4, at + 8);
    check(size >= 8 && size <= data.length - at, `${path}/${type}: size ${size}`);
    const payload = data.subarray(at + 8, at + size);
    out.push([`${path}/${type}`, payload]);
    if (['moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf'].includes(type)) boxes(payload, `${path}/${type}`, out);
    at += size;
  }
  return out;
}
const payloads = (list, path) => list.filter(([name]) => name === path).map(([, payload]) => payload);

// Where the samples of a moof are shown from, and how long they are together.
function times(list, name) {
  check(payloads(list, '/moof/traf').length === 1, `${name}: not one traf`);
  const [tfhd] = payloads(list, '/moof/traf/tfhd');
  const [tfdt] = payloads(list, '/moof/traf/tfdt');
  const runs = payloads(list, '/moof/traf/trun');
  const flags = tfhd.readUInt32BE(0) & 0xffffff;
  check((flags & 0x20000) !== 0 && (flags & 1) === 0, `${name}: not default-base-is-moof`);
  check(tfdt[0] === 1, `${name}: tfdt version ${tfdt[0]}`);
  const base = Number(tfdt.readBigUInt64BE(4));
  const defaultDuration = (flags & 8) !== 0 ? tfhd.readUInt32BE(8) : undefined;
  check(runs.length === 1, `${name}: ${runs.length} runs`);
  const [run] = runs;
  const has = run.readUInt32BE(0) & 0xffffff;
  const count = run.readUInt32BE(4);
  let at = 8 + ((has & 1) !== 0 ? 4 : 0) + ((has & 4) !== 0 ? 4 : 0);
  let time = base;
  let first = Infinity;
  for (let i = 0; i < count; i += 1) {
    let duration = defaultDuration;
    if ((has & 0x100) !== 0) { duration = run.readUInt32BE(at); at += 4; }
    if ((has & 0x200) !== 0) at += 4;
    if ((has & 0x400) !== 0) at += 4;
    let offset = 0;
    if ((has & 0x800) !== 0) { offset = run[0] === 1 ? run.readInt32BE(at) : run.readUInt32BE(at); at += 4; }
    first = Math.min(first, time + offset);
    time += duration;
  }
  return { base, first, end: time };
}

const constant = new Map();   // what was said once of the MPD or of a Period
const segments = new Map();   // address: where its timeline puts it
const inits = new Set();
const versions = new Set();
let holes = 0;

function same(name, value) {
  if (!constant.has(name)) constant.set(name, value);
  check(constant.get(name) === value, `${name}: ${value}, was ${constant.get(name)}`);
}

async function checkInit(address, representation) {
  if (inits.has(address)) return;
  inits.add(address);
  const list = boxes(await get(address));
  const [ftyp] = payloads(list, '/ftyp');
  check(ftyp.toString('latin1').includes('cmfc'), `${address}: no CMAF brand`);
  check(payloads(list, '/moov/trak').length === 1 && payloads(list, '/moov/mvex/trex').length === 1, `${address}: tracks`);
  check(payloads(list, '/moov/mvhd')[0].readUInt32BE(16) === 0, `${address}: mvhd has a duration`);
  check(payloads(list, '/moov/trak/tkhd')[0].readUInt32BE(20) === 0, `${address}: tkhd has a duration`);
  check(payloads(list, '/moov/trak/mdia/mdhd')[0].readUInt32BE(16) === 0, `${address}: mdhd has a duration`);
  const entry = payloads(list, '/moov/trak/mdia/minf/stbl/stsd')[0];
  const codecs = representation.getAttribute('codecs');
  check(codecs.startsWith(entry.toString('latin1', 12, 16)), `${address}: not ${codecs}`);
  const avcc = entry.indexOf('avcC');
  if (avcc > 0) check(codecs === `avc1.${entry.toString('hex', avcc + 5, avcc + 8)}`, `${address}: not ${codecs}`);
}

async function checkSegment(address, start, duration, bandwidth, buffer) {
  if (segments.has(address)) return;
  segments.set(address, start);
  const data = await get(address);
  const list = boxes(data);
  const before = list.findIndex(([name]) => name === '/moof');
  check(list.slice(0, before).every(([name]) => ['/styp', '/emsg', '/prft', '/sidx'].includes(name)), `${address}: boxes`);
  const { base, first, end } = times(list, address);
  check(first === start, `${address}: shown from ${first}`);
  check(base === start, `${address}: tfdt ${base}`);
  check(end - start - duration <= 9000, `${address}: ${end - start} long, told ${duration}`);
  if (duration - (end - start) > 9000) holes += 1;
  // ISO 23009-1 5.3.5.2: @bandwidth suffices for who has minBufferTime of it in advance.
  check(data.length * 8 <= bandwidth * (duration / 90000 + buffer), `${address}: above ${bandwidth} bit/s`);
}

async function checkRepresentation(representation, offset, buffer, longest) {
  const [template] = elements(representation, 'SegmentTemplate');
  same('timescale', template.getAttribute('timescale'));
  check(Number(template.getAttribute('presentationTimeOffset')) === offset, `presentationTimeOffset is not ${offset}`);
  await checkInit(new URL(template.getAttribute('initialization'), url).href, representation);
  let next = null;
  for (const s of elements(template, 'S')) {
    if (s.hasAttribute('t')) {
      const time = Number(s.getAttribute('t'));
      check(next === null || time === next, `@t ${time}, due is ${next}`);
      next = time;
    }
    const duration = Number(s.getAttribute('d'));
    check(duration <= longest * 90000, `@d ${duration} above maxSegmentDuration`);
    for (let i = Number(s.getAttribute('r') || 0); i >= 0; i -= 1) {
      const address = new URL(template.getAttribute('media').replace('$Time$', String(next)), url).href;
      await checkSegment(address, next, duration, Number(representation.getAttribute('bandwidth')), buffer);
      next += duration;
    }
  }
}

const end = Date.now() + Number(seconds) * 1000;
let last = 0;
while (Date.now() < end) {
  const answer = await fetch(url);
  if (answer.status === 503) continue;
  check(answer.status === 200, `${url}: ${answer.status}`);
  check(answer.headers.get('content-type') === 'application/dash+xml', answer.headers.get('content-type'));
  const text = await answer.text();
  const mpd = new DOMParser().parseFromString(text, 'text/xml').documentElement;
  const isNew = !versions.has(text);
  versions.add(text);
  same('availabilityStartTime', mpd.getAttribute('availabilityStartTime'));
  check(mpd.getAttribute('type') === 'dynamic', 'not dynamic');
  const published = Date.parse(mpd.getAttribute('publishTime'));
  check(published >= last && (!isNew || published > last), `publishTime ${mpd.getAttribute('publishTime')} again`);
  last = published;
  for (const name of ['minimumUpdatePeriod', 'timeShiftBufferDepth', 'suggestedPresentationDelay', 'minBufferTime']) {
    check(/^PT[0-9.]+S$/.test(mpd.getAttribute(name)), `no ${name}`);
  }
  const clock = elements(mpd, 'UTCTiming')[0].getAttribute('value');
  check(Math.abs(Date.parse(String(await get(new URL(clock, url))).trim()) - Date.now()) < 5000, `${clock}: another time`);
  for (const period of elements(mpd, 'Period')) {
    const id = period.getAttribute('id');
    same(`Period ${id}`, period.getAttribute('start'));
    const start = Number(/^PT([0-9.]+)S$/.exec(period.getAttribute('start'))[1]);
    for (const each of elements(period, 'Representation')) {
      await checkRepresentation(each, Math.round(start * 90000), ...['minBufferTime', 'maxSegmentDuration']
        .map((name) => Number(/[0-9.]+/.exec(mpd.getAttribute(name))[0])));
    }
  }
  const parsed = mpdParser.parse(text, { manifestUri: url });
  check(parsed.playlists.length > 0 || Object.keys(parsed.mediaGroups.AUDIO).length > 0, 'mpd-parser finds nothing');
  await new Promise((resolve) => { setTimeout(resolve, 500); });
}
const periods = [...constant.keys()].filter((key) => key.startsWith('Period ')).length;
const limits = { periods: 0, holes: 0, ...Object.fromEntries(wanted.map((each) => each.split('='))) };
check(periods >= Number(limits.periods), `${periods} periods, wanted ${limits.periods}`);
check(holes <= Number(limits.holes), `${holes} segments are shorter than told, allowed ${limits.holes}`);
check(segments.size > 2, `${segments.size} segments`);
console.log(JSON.stringify({ segments: segments.size, periods, holes, versions: versions.size }));
