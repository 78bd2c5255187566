// usage: node ll_check.mjs PLAYLIST_URL SECONDS [KEY=VALUE...]: follows an LL-HLS media playlist by blocking reloads as
// a strict validator (draft-pantos-hls-rfc8216bis 4.4.3.7, 4.4.3.8, 4.4.4.9, 4.4.5, 6.2.2, 6.2.5). Each version is parsed
// by hls-parser in strict mode; delta updates are merged and compared with the whole list; every part is fetched twice,
// as it was hinted at and as it was listed, and their samples compared with those of the finished segment. Prints what it
// saw as one line of JSON; exit code 1 with problems. min_parts=N (6), discontinuities=N (0, at least), reports=N (0).
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';
import { fetchAgain } from './fetch_again.mjs';

const require = createRequire(`${process.env.FLU_WEB_CLIENTS}/`);
const HLS = require('hls-parser');
HLS.setOptions({ strictMode: true });

const [url, seconds, ...rest] = process.argv.slice(2);
const wanted = { min_parts: 6, discontinuities: 0, reports: 0, restart: 0 };
for (const pair of rest) wanted[pair.split('=')[0]] = Number(pair.split('=')[1]);

const problems = new Set();
const parts = new Map();     // "msn/index" -> { uri, duration, independent, body }
const segments = new Map();  // msn -> { uri, count of parts, ... }
const hints = new Map();     // uri -> promise of its body
const delays = [];           // from the end of a part's media to its listing, ms
let versions = 0;
let discontinuities = 0;

// A 503 is an answer of blocking reloads; lost connections are borne over restarts alone.
const get = (address) => fetchAgain(address, 20, { isRestart: wanted.restart !== 0 });

function ask(directives) {
  const address = new URL(url);
  for (const [key, value] of Object.entries(directives)) address.searchParams.set(key, value);
  return get(address);
}

// A list of what a playlist says, line by line, with its segments told apart.
function read(text) {
  const out = { head: [], skip: 0, segments: [], tail: [], map: {} };
  let segment = null;
  const open = () => (segment ??= { tags: [], parts: [] });
  for (const line of text.split('\n')) {
    const attributes = Object.fromEntries(
      [...line.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,"]*)/g)].map((m) => [m[1], m[2].replaceAll('"', '')]));
    if (line === '') continue;
    const tag = line.split(':')[0];
    if (line[0] !== '#') {
      segment.uri = line;
      out.segments.push(segment);
      segment = null;
    } else if (tag === '#EXT-X-SKIP') {
      out.skip = Number(attributes['SKIPPED-SEGMENTS']);
    } else if (tag === '#EXT-X-PART') {
      open().parts.push({ uri: attributes.URI, duration: Number(attributes.DURATION),
                          independent: attributes.INDEPENDENT === 'YES' });
    } else if (['#EXTINF', '#EXT-X-DISCONTINUITY', '#EXT-X-MAP', '#EXT-X-PROGRAM-DATE-TIME'].includes(tag)) {
      open().tags.push(line);
      if (tag === '#EXTINF') segment.duration = Number(line.slice(8).split(',')[0]);
      if (tag === '#EXT-X-PROGRAM-DATE-TIME') segment.time = Date.parse(line.slice(25));
    } else {
      if (tag === '#EXT-X-PRELOAD-HINT') out.hint = attributes.URI;
      if (tag === '#EXT-X-SERVER-CONTROL') out.control = attributes;
      if (tag === '#EXT-X-PART-INF') out.partTarget = Number(attributes['PART-TARGET']);
      if (tag === '#EXT-X-TARGETDURATION') out.target = Number(line.split(':')[1]);
      if (tag === '#EXT-X-MEDIA-SEQUENCE') out.first = Number(line.split(':')[1]);
      if (tag === '#EXT-X-VERSION') out.version = Number(line.split(':')[1]);
      (['#EXT-X-PRELOAD-HINT', '#EXT-X-RENDITION-REPORT'].includes(tag) ? out.tail : out.head).push(line);
    }
  }
  out.growing = segment ?? { tags: [], parts: [] };
  return out;
}

const lastOf = (list) => (list.growing.parts.length > 0
  ? { msn: list.first + list.segments.length, part: list.growing.parts.length - 1 }
  : { msn: list.first + list.segments.length - 1, part: list.segments.at(-1).parts.length - 1 });

// The samples of a file of moof and mdat: track -> [{ time of presentation, size, hash }].
function samples(bytes) {
  const tracks = {};
  const boxes = function* (from, to) {
    for (let at = from; at + 8 <= to;) {
      const size = bytes.readUInt32BE(at);
      if (size < 8 || at + size > to) throw new Error(`box at ${at} of ${size} bytes`);
      yield { type: bytes.toString('latin1', at + 4, at + 8), at, from: at + 8, to: at + size };
      at += size;
    }
  };
  for (const moof of boxes(0, bytes.length)) {
    if (moof.type !== 'moof') continue;
    for (const traf of boxes(moof.from, moof.to)) {
      if (traf.type !== 'traf') continue;
      let id, defaults = {}, time = 0n;
      for (const box of boxes(traf.from, traf.to)) {
        const flags = bytes.readUInt32BE(box.from) & 0xffffff;
        const version = bytes[box.from];
        let at = box.from + 4;
        const next = () => { at += 4; return bytes.readUInt32BE(at - 4); };
        if (box.type === 'tfhd') {
          id = next();
          if (flags & 1) at += 8;
          if (flags & 2) next();
          if (flags & 8) defaults.duration = next();
          if (flags & 16) defaults.size = next();
        } else if (box.type === 'tfdt') {
          time = version === 1 ? bytes.readBigUInt64BE(at) : BigInt(next());
        } else if (box.type === 'trun') {
          const count = next();
          let from = moof.at + (flags & 1 ? next() : 0);
          if (flags & 4) next();
          for (let i = 0; i < count; ++i) {
            const duration = flags & 0x100 ? next() : defaults.duration;
            const size = flags & 0x200 ? next() : defaults.size;
            if (flags & 0x400) next();
            const offset = flags & 0x800 ? (version === 1 ? next() | 0 : next()) : 0;
            const hash = createHash('md5').update(bytes.subarray(from, from + size)).digest('hex');
            (tracks[id] ??= []).push(`${time + BigInt(offset)} ${time} ${duration} ${size} ${hash}`);
            time += BigInt(duration);
            from += size;
          }
        }
      }
    }
  }
  return tracks;
}

function checkList(list, text) {
  try {
    HLS.parse(text);
  } catch (error) {
    problems.add(`hls-parser: ${error.message}`);
  }
  const control = list.control ?? {};
  if (control['CAN-BLOCK-RELOAD'] !== 'YES') problems.add('no CAN-BLOCK-RELOAD');
  if (!(Number(control['PART-HOLD-BACK']) >= 3 * list.partTarget - 1e-6)) problems.add('PART-HOLD-BACK');
  if (!(Number(control['HOLD-BACK']) >= 3 * list.target)) problems.add('HOLD-BACK');
  if (Number(control['CAN-SKIP-UNTIL']) !== 6 * list.target) problems.add('CAN-SKIP-UNTIL');
  if (list.version < 9) problems.add(`VERSION ${list.version}`);
  if (!list.hint) problems.add('no PRELOAD-HINT');
  const reports = list.tail.filter((line) => line.startsWith('#EXT-X-RENDITION-REPORT'));
  if (reports.length !== wanted.reports) problems.add(`${reports.length} rendition reports`);
  const last = lastOf(list);
  for (const line of reports) {
    if (!line.includes(`LAST-MSN=${last.msn},LAST-PART=${last.part}`)) problems.add(`${line}: not the last part`);
  }
  let fromEnd = list.growing.parts.reduce((sum, p) => sum + p.duration, 0) +
                list.segments.reduce((sum, s) => sum + s.duration, 0);
  for (const segment of [...list.segments, list.growing]) {
    let at = fromEnd;
    const sum = segment.parts.reduce((total, p) => total + p.duration, 0);
    if (segment.uri && segment.parts.length > 0) at = fromEnd - segment.duration + sum;
    segment.parts.forEach((part, i) => {
      const isLast = segment.uri && i === segment.parts.length - 1;
      if (part.duration > list.partTarget + 1e-6) problems.add(`part of ${part.duration} s, target ${list.partTarget}`);
      if (!isLast && part.duration < 0.85 * list.partTarget) problems.add(`part of ${part.duration} s`);
      if (at > 3 * list.target + 0.05) problems.add(`a part ${at} s from the end, target ${list.target}`);
      at -= part.duration;
    });
    const isWhole = segment.uri && segments.get(segment.msn)?.parts === segment.parts.length;
    if (isWhole && Math.abs(sum - segment.duration) > 0.05) {
      problems.add(`parts of ${sum} s in a segment of ${segment.duration} s`);
    }
    fromEnd -= segment.duration ?? 0;
  }
  const timed = list.segments.filter((s) => s.time);
  if (timed.length !== list.segments.length) problems.add('a segment without PROGRAM-DATE-TIME');
}

const pending = [];

function follow(list, now) {
  list.segments.forEach((segment, i) => { segment.msn = list.first + i; });
  list.growing.msn = list.first + list.segments.length;
  for (const segment of [...list.segments, list.growing]) {
    if (segment.uri && !segments.has(segment.msn)) segments.set(segment.msn, { uri: segment.uri, tags: segment.tags.join() });
    const known = segments.get(segment.msn);
    if (segment.uri && known.uri !== segment.uri) problems.add(`segment ${segment.msn} became ${segment.uri}`);
    const offset = (known?.parts ?? 0) > segment.parts.length ? known.parts - segment.parts.length : 0;
    if (known && segment.parts.length > (known.parts ?? 0)) known.parts = segment.parts.length;
    let at = segment.time;
    segment.parts.forEach((part, k) => {
      at += part.duration * 1000;
      const key = `${segment.msn}/${k + offset}`;
      const before = parts.get(key);
      if (!before) {
        parts.set(key, { ...part });
        if (versions > 1 && !segment.uri) delays.push(now - at);
        const listed = parts.get(key);
        pending.push(get(new URL(part.uri, url)).then(async ({ status, body }) => {
          if (status !== 200) problems.add(`part ${key}: status ${status}`);
          listed.body = body;
          const hinted = await hints.get(part.uri);
          listed.isHinted = Boolean(hinted);
          if (hinted && !hinted.body.equals(body)) {
            problems.add(`part ${key}: ${hinted.status} with ${hinted.body.length} bytes as hinted, ${body.length} as listed`);
          }
        }));
      } else if (before.uri !== part.uri || before.duration !== part.duration || before.independent !== part.independent) {
        problems.add(`part ${key} became ${JSON.stringify(part)}, was ${before.uri} ${before.duration}`);
      }
    });
  }
  if (list.hint && !hints.has(list.hint)) hints.set(list.hint, get(new URL(list.hint, url)));
}

async function checkDelta(directives, list) {
  const [whole, delta] = await Promise.all([ask(directives), ask({ ...directives, _HLS_skip: 'YES' })]);
  if (whole.status !== 200 || delta.status !== 200) {
    problems.add(`delta: status ${whole.status} ${delta.status}`);
    return 0;
  }
  const [full, update] = [read(whole.body.toString()), read(delta.body.toString())];
  if (full.growing.parts.length !== update.growing.parts.length || full.first !== update.first ||
      full.segments.length !== update.segments.length + update.skip) return 0;  // not of the same moment
  const kept = full.segments.slice(update.skip);
  if (JSON.stringify(kept) !== JSON.stringify(update.segments.map((s) => s))) problems.add('delta: other segments');
  if (full.head.join() !== update.head.join()) problems.add('delta: another head');
  const end = full.growing.parts.reduce((sum, p) => sum + p.duration, 0) + kept.reduce((sum, s) => sum + s.duration, 0);
  if (update.skip > 0 && end < 6 * list.target) problems.add(`delta: only ${end} s are left`);
  return update.skip;
}

// What a segment's parts hold is what the segment holds.
async function checkSamples(msn) {
  const segment = segments.get(msn);
  const own = [];
  if (!segment.parts) return false;
  for (let k = 0; k < segment.parts; ++k) own.push(parts.get(`${msn}/${k}`)?.body);
  if (own.some((body) => !body)) return false;
  const whole = await get(new URL(segment.uri, url));
  if (whole.status !== 200) return false;
  const of_segment = samples(whole.body);
  const of_parts = {};
  for (const body of own) {
    for (const [id, list] of Object.entries(samples(body))) (of_parts[id] ??= []).push(...list);
  }
  for (const id of new Set([...Object.keys(of_segment), ...Object.keys(of_parts)])) {
    const [a, b] = [of_segment[id] ?? [], of_parts[id] ?? []];
    const different = a.findIndex((sample, i) => sample !== b[i]);
    if (a.length !== b.length || different >= 0) {
      problems.add(`segment ${msn}, track ${id}: ${a.length} samples, ${b.length} in its parts; number ` +
                   `${different}: ${a[different]} is ${b[different]}`);
    }
  }
  return true;
}

async function checkRequests(list) {
  const base = list.first + list.segments.length;
  const cases = [
    [{ _HLS_msn: 0 }, 200], [{ _HLS_msn: base + 50 }, 400], [{ _HLS_part: 1 }, 400], [{ _HLS_msn: 'x' }, 400],
    [{ _HLS_msn: base, _HLS_part: 500 }, 400],
  ];
  for (const [directives, status] of cases) {
    const got = await ask(directives);
    // The segment may have ended just now: then the part past its end is the first of the next.
    const isOver = got.status === 200 && directives._HLS_part === 500 && lastOf(read(got.body.toString())).msn > base;
    if (got.status !== status && !isOver) problems.add(`${JSON.stringify(directives)}: status ${got.status}, expected ${status}`);
  }
  const complete = list.segments.filter((s) => s.parts.length > 0).at(-1);
  const past = await ask({ _HLS_msn: complete.msn, _HLS_part: 400 });
  if (past.status !== 200) problems.add(`a part past the end: status ${past.status}`);
  const kept = await ask({ token: 'a b', _HLS_msn: list.first });
  if (kept.status !== 200 || /_HLS/.test(kept.body.toString()) || !kept.body.toString().includes('.m4s?token=')) {
    problems.add('other query parameters are not kept');
  }
  if ((await get(new URL('tracks-v1a1/2026/01/01/00/00/00000-p0.m4s', url))).status !== 404) problems.add('an old part');
}

let current = null;
const end = Date.now() + Number(seconds) * 1000;
let asked = null;
let skipped = 0;
while (Date.now() < end) {
  const { status, body, headers } = await ask(asked ?? {});
  if (status !== 200) {
    problems.add(`${JSON.stringify(asked)}: status ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    asked = null;
    continue;
  }
  const now = Date.now();
  const text = body.toString();
  const list = read(text);
  versions += 1;
  if (asked) {
    const last = lastOf(list);
    if (last.msn < asked._HLS_msn || (last.msn === asked._HLS_msn && last.part < asked._HLS_part)) {
      problems.add(`${JSON.stringify(asked)} was answered with ${JSON.stringify(last)}`);
    }
    if (headers.get('cache-control') !== `public, max-age=${6 * list.target}`) problems.add('Cache-Control');
  }
  if (current && list.first < current.first) problems.add(`MEDIA-SEQUENCE ${list.first} after ${current.first}`);
  follow(list, now);
  checkList(list, text);
  if (versions === 4 && list.segments.length > 0) await checkRequests(list);
  current = list;
  const last = lastOf(list);
  asked = list.growing.parts.length > 0 ? { _HLS_msn: last.msn, _HLS_part: last.part + 1 } : { _HLS_msn: last.msn + 1, _HLS_part: 0 };
  if (versions % 5 === 0) skipped = Math.max(skipped, await checkDelta(asked, list));
}
await Promise.all(pending);
let compared = 0;
for (const msn of segments.keys()) compared += await checkSamples(msn) ? 1 : 0;
for (const segment of segments.values()) discontinuities += segment.tags.includes('#EXT-X-DISCONTINUITY') ? 1 : 0;
const hinted = [...parts.values()].filter((part) => part.isHinted).length;
if (parts.size < wanted.min_parts) problems.add(`${parts.size} parts`);
if (compared < 1) problems.add('no segment was compared with its parts');
if (hinted < parts.size / 3) problems.add(`${hinted} of ${parts.size} parts were hinted at`);
if (discontinuities < wanted.discontinuities) problems.add(`${discontinuities} discontinuities`);
delays.sort((a, b) => a - b);
console.log(JSON.stringify({
  versions, parts: parts.size, hinted, segments: segments.size, compared, skipped, discontinuities,
  partTarget: current?.partTarget, delayMedian: delays[delays.length >> 1], delayMax: delays.at(-1), problems: [...problems],
}));
process.exit(problems.size > 0 ? 1 : 0);
