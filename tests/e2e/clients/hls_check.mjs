// usage: node hls_check.mjs PLAYLIST_URL SECONDS [KEY=VALUE...]: follows a live media playlist as a strict validator.
// Every version is parsed by hls-parser in strict mode and compared with those before (RFC 8216bis 4.1, 4.4.3,
// 6.2.1, 6.2.2); segments are fetched and, as MPEG-TS, checked from PAT to continuity counters (3.1.1). Prints
// what it saw as one line of JSON; exit code 1 with problems. min_segments=N (3) and discontinuities=N (0;
// -1: any number) say what to expect.
import { createRequire } from 'node:module';
import { fetchAgain } from './fetch_again.mjs';
import { TsContinuity } from './ts_check.mjs';

const require = createRequire(`${process.env.FLU_WEB_CLIENTS}/`);
const HLS = require('hls-parser');
HLS.setOptions({ strictMode: true });

const [url, seconds, ...rest] = process.argv.slice(2);
const wanted = { min_segments: 3, discontinuities: 0, restart: 0 };
for (const pair of rest) wanted[pair.split('=')[0]] = Number(pair.split('=')[1]);

const problems = new Set();
const segments = new Map();  // media sequence -> what was published
const continuity = new TsContinuity((text) => problems.add(text));
let previous = null;
let lastChange = 0;
let versions = 0;
let firstBase = null;

// Over restarts of the server (restart=1) it asks again.
const get = (address, options) => fetchAgain(address, wanted.restart ? 30 : 1, { isRestart: true, ...options });

async function getPlaylist() {
  const response = await get(url);
  if (response.status !== 200) throw new Error(`${url}: status ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  if (!/^(application\/vnd\.apple\.mpegurl|audio\/mpegurl)/i.test(type)) problems.add(`content type ${type}`);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(response.body);
  if (!text.startsWith('#EXTM3U')) problems.add('does not start with #EXTM3U');
  return text;
}

function checkAgainstPrevious(now) {
  if (!previous) return;
  if (now.targetDuration !== previous.targetDuration) {
    problems.add(`TARGETDURATION changed from ${previous.targetDuration} to ${now.targetDuration}`);
  }
  const removed = now.mediaSequenceBase - previous.mediaSequenceBase;
  if (removed < 0) problems.add(`MEDIA-SEQUENCE went back by ${-removed}`);
  const breaks = previous.segments.slice(0, Math.max(0, removed)).filter((s) => s.discontinuity).length;
  if (removed >= 0 && removed <= previous.segments.length &&
      (now.discontinuitySequenceBase ?? 0) !== (previous.discontinuitySequenceBase ?? 0) + breaks) {
    problems.add(`DISCONTINUITY-SEQUENCE ${now.discontinuitySequenceBase} after ` +
                 `${previous.discontinuitySequenceBase} and ${breaks} removed discontinuities`);
  }
}

function checkPace(now) {
  const time = Date.now();
  if (lastChange) {
    const after = (time - lastChange) / 1000;
    if (after > 1.5 * now.targetDuration + 1) problems.add(`no new version for ${after} s`);
  }
  lastChange = time;
}

async function checkSegment(segment) {
  const published = {
    uri: segment.uri, map: segment.map?.uri, duration: segment.duration, discontinuity: Boolean(segment.discontinuity),
    time: segment.programDateTime?.getTime(),
  };
  const number = segment.mediaSequenceNumber;
  const was = segments.get(number);
  if (was) {
    for (const key of Object.keys(published)) {
      if (was[key] !== published[key]) problems.add(`segment ${number}: ${key} changed after publication`);
    }
    return;
  }
  segments.set(number, published);
  const response = await get(new URL(segment.uri, url));
  if (response.status !== 200) {
    problems.add(`segment ${number}: status ${response.status}`);
    return;
  }
  const bytes = new Uint8Array(response.body);
  published.size = bytes.length;
  if (bytes[0] === 0x47) continuity.add(number, bytes, published.discontinuity);
  if (segment.map) await checkFragment(number, segment.map.uri, bytes);
}

// The types of the boxes at the top of a file; null where they do not fill it.
function boxes(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const types = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > bytes.length) return null;
    types.push(new TextDecoder('latin1').decode(bytes.subarray(at + 4, at + 8)));
    at += size;
  }
  return at === bytes.length ? types : null;
}

const inits = new Map();  // uri -> its boxes

async function checkFragment(number, uri, bytes) {
  if (!inits.has(uri)) {
    const response = await get(new URL(uri, url));
    if (response.status !== 200) problems.add(`init ${uri}: status ${response.status}`);
    inits.set(uri, boxes(new Uint8Array(response.body)));
    if (inits.get(uri)?.join() !== 'ftyp,moov') problems.add(`init ${uri}: boxes ${inits.get(uri)}`);
  }
  const found = boxes(bytes)?.filter((type) => type !== 'emsg').join();
  if (found !== 'moof,mdat') problems.add(`segment ${number}: boxes ${found}`);
}

function checkList(list) {
  if (list.segments.length < 1) problems.add('empty playlist');
  if (list.endlist) problems.add('a live playlist has ENDLIST');
  const total = list.segments.reduce((sum, s) => sum + s.duration, 0);
  // RFC 8216bis 6.2.2: nothing may be removed where less would be left.
  if (firstBase === null) firstBase = list.mediaSequenceBase;
  if (list.mediaSequenceBase > firstBase && total < 3 * list.targetDuration) {
    problems.add(`${total} s of media for a target of ${list.targetDuration} s`);
  }
  for (const s of list.segments) {
    if (Math.round(s.duration) > list.targetDuration) problems.add(`EXTINF ${s.duration} above the target`);
    if (!s.programDateTime) problems.add(`segment ${s.mediaSequenceNumber} has no time`);
  }
}

async function checkRemovedStillThere(list) {
  const gone = segments.get(list.mediaSequenceBase - 1);
  if (!gone || gone.asked) return;
  gone.asked = true;
  const response = await get(new URL(gone.uri, url), { method: 'HEAD' });
  if (response.status !== 200) problems.add(`a segment just removed gives ${response.status}`);
}

let text = '';
const end = Date.now() + Number(seconds) * 1000;
while (Date.now() < end) {
  const next = await getPlaylist();
  if (next !== text) {
    text = next;
    versions += 1;
    let list;
    try {
      list = HLS.parse(text);
    } catch (error) {
      problems.add(`hls-parser: ${error.message}`);
      break;
    }
    // A poll is late by up to its interval; a version that came and went is not seen at all.
    checkPace(list);
    checkAgainstPrevious(list);
    checkList(list);
    for (const segment of list.segments) await checkSegment(segment);
    await checkRemovedStillThere(list);
    previous = list;
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}

const breaks = [...segments.entries()].sort((a, b) => a[0] - b[0]).slice(1).filter(([, s]) => s.discontinuity).length;
if (segments.size < wanted.min_segments) problems.add(`only ${segments.size} segments`);
if (wanted.discontinuities >= 0 && breaks !== wanted.discontinuities) problems.add(`${breaks} discontinuities`);
console.log(JSON.stringify({ versions, segments: segments.size, discontinuities: breaks,
                             target: previous?.targetDuration, problems: [...problems] }));
if (problems.size > 0) console.error(text);
process.exit(problems.size > 0 ? 1 : 0);
