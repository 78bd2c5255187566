// usage: node hls_master.mjs MASTER_URL SECONDS [KEY=VALUE...]: a multivariant playlist as a strict validator sees it.
// It is parsed by hls-parser in strict mode; each playlist in it is followed by hls_check.mjs, which gets all that is
// not variants=N or renditions=N; and all of them are compared: numbers, times, durations and discontinuities are the
// same in each (RFC 8216bis 6.2.4), BANDWIDTH holds what is measured (4.4.6.2), CODECS those of the inits. Prints one
// line of JSON; exit code 1 with problems.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(`${process.env.FLU_WEB_CLIENTS}/`);
const HLS = require('hls-parser');
HLS.setOptions({ strictMode: true });

const [url, seconds, ...rest] = process.argv.slice(2);
const wanted = { variants: 0, renditions: 0 };
const passed = [];
for (const pair of rest) {
  const [key, value] = pair.split('=');
  if (key in wanted) wanted[key] = Number(value); else passed.push(pair);
}
const problems = new Set();

async function getText(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(40000) });
  if (response.status !== 200) throw new Error(`${address}: status ${response.status}`);
  return response.text();
}

function attributes(line) {
  const pairs = [...line.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value.replace(/^"|"$/g, '')]));
}

const text = await getText(url);
try {
  HLS.parse(text);
} catch (error) {
  problems.add(`hls-parser: ${error.message}`);
}
const lines = text.split('\n');
const renditions = lines.filter((line) => line.startsWith('#EXT-X-MEDIA:')).map(attributes);
const variants = lines.flatMap((line, i) => line.startsWith('#EXT-X-STREAM-INF:')
  ? [{ ...attributes(line.slice(line.indexOf(':') + 1)), URI: lines[i + 1] }] : []);

for (const variant of variants) {
  for (const name of ['BANDWIDTH', 'AVERAGE-BANDWIDTH', 'CODECS']) {
    if (!variant[name]) problems.add(`${variant.URI} has no ${name}`);
  }
  if (/avc1|hvc1/.test(variant.CODECS) !== Boolean(variant.RESOLUTION && variant['FRAME-RATE'])) {
    problems.add(`${variant.URI}: RESOLUTION ${variant.RESOLUTION}, FRAME-RATE ${variant['FRAME-RATE']}`);
  }
  if (variant.AUDIO && !renditions.some((each) => each['GROUP-ID'] === variant.AUDIO)) problems.add(`no group ${variant.AUDIO}`);
}
const groups = Map.groupBy ? Map.groupBy(renditions, (each) => each['GROUP-ID'])
  : renditions.reduce((map, each) => map.set(each['GROUP-ID'], [...(map.get(each['GROUP-ID']) ?? []), each]), new Map());
const namesOf = (members) => members.map((each) => each.NAME).join('|');
for (const [group, members] of groups) {
  if (new Set(members.map((each) => each.NAME)).size !== members.length) problems.add(`group ${group}: NAMEs ${namesOf(members)}`);
  if (members.filter((each) => each.DEFAULT === 'YES').length !== 1) problems.add(`group ${group}: not one DEFAULT`);
  const automatic = members.filter((each) => each.AUTOSELECT === 'YES').map((each) => `${each.LANGUAGE} ${each.CHARACTERISTICS}`);
  if (new Set(automatic).size !== automatic.length) problems.add(`group ${group}: equal members with AUTOSELECT`);
  if (members.some((each) => !each.CHANNELS)) problems.add(`group ${group}: no CHANNELS`);
  if (namesOf(members) !== namesOf([...groups.values()][0])) problems.add(`group ${group} has other members`);
  if (!variants.some((each) => each.AUDIO === group)) problems.add(`nobody uses the group ${group}`);
}
if (variants.length !== wanted.variants) problems.add(`${variants.length} variants`);
if (renditions.length !== wanted.renditions) problems.add(`${renditions.length} renditions`);

const addresses = [...new Set([...variants, ...renditions].map((each) => each.URI))];
const seen = new Map(addresses.map((address) => [address, new Map()]));  // number -> what stands there
const sizes = new Map(addresses.map((address) => [address, new Map()]));
const targets = new Set();

async function look(address) {
  const base = new URL(address, url);
  const list = HLS.parse(await getText(base));
  targets.add(list.targetDuration);
  let discontinuity = list.discontinuitySequenceBase ?? 0;
  for (const segment of list.segments) {
    if (segment.discontinuity) discontinuity += 1;
    const number = segment.mediaSequenceNumber;
    if (seen.get(address).has(number)) continue;
    seen.get(address).set(number, { time: segment.programDateTime?.getTime(), duration: segment.duration, discontinuity });
    const response = await fetch(new URL(segment.uri, base));
    if (response.status !== 200) problems.add(`${segment.uri}: status ${response.status}`);
    sizes.get(address).set(number, (await response.arrayBuffer()).byteLength);
  }
}

// Each on its own by the validator of media playlists.
const checks = addresses.map((address) => new Promise((resolve) => {
  const script = fileURLToPath(new URL('hls_check.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, new URL(address, url).href, seconds, ...passed]);
  let output = '';
  child.stdout.on('data', (data) => { output += data; });
  child.stderr.on('data', (data) => { output += data; });
  child.on('close', (code) => {
    if (code !== 0) problems.add(`${address}: ${output.split('\n').find((line) => line.startsWith('{')) ?? output.slice(-300)}`);
    resolve();
  });
}));
const end = Date.now() + Number(seconds) * 1000;
while (Date.now() < end) {
  await Promise.all(addresses.map(look));
  await new Promise((resolve) => setTimeout(resolve, 300));
}
await Promise.all(checks);

const first = seen.get(addresses[0]);
for (const address of addresses.slice(1)) {
  for (const [number, segment] of seen.get(address)) {
    const other = first.get(number);
    if (other && JSON.stringify(other) !== JSON.stringify(segment)) {
      problems.add(`segment ${number}: ${JSON.stringify(segment)} in ${address}, ${JSON.stringify(other)} in ${addresses[0]}`);
    }
  }
}
if (targets.size !== 1) problems.add(`TARGETDURATIONs ${[...targets]}`);

// The highest rate of segments in a row of 0.5 to 1.5 target durations.
function peak(address) {
  const list = [...seen.get(address)].sort((a, b) => a[0] - b[0]);
  const target = [...targets][0];
  let most = 0;
  for (let i = 0; i < list.length; ++i) {
    let bits = 0;
    let length = 0;
    for (let j = i; j < list.length && length + list[j][1].duration <= 1.5 * target; ++j) {
      bits += 8 * sizes.get(address).get(list[j][0]);
      length += list[j][1].duration;
      if (length >= 0.5 * target) most = Math.max(most, bits / length);
    }
  }
  return most;
}
const measured = {};
for (const variant of variants) {
  const members = renditions.filter((each) => each['GROUP-ID'] === variant.AUDIO && each.URI !== variant.URI);
  const isAlone = variants.length > 0 && renditions.some((each) => each.URI === variant.URI);
  const sound = variant.AUDIO ? Math.max(...members.map((each) => peak(each.URI)), 0) : 0;
  const rate = isAlone ? Math.max(peak(variant.URI), sound) : peak(variant.URI) + sound;
  measured[variant.URI] = [Math.round(rate), Number(variant.BANDWIDTH)];
  if (rate > Number(variant.BANDWIDTH)) problems.add(`${variant.URI}: ${rate} bit/s of ${variant.BANDWIDTH}`);
  if (rate < 0.7 * Number(variant.BANDWIDTH)) problems.add(`${variant.URI}: only ${rate} bit/s of ${variant.BANDWIDTH}`);
  if (Number(variant['AVERAGE-BANDWIDTH']) > Number(variant.BANDWIDTH)) problems.add(`${variant.URI}: average above the peak`);
}
console.log(JSON.stringify({ variants: variants.length, renditions: renditions.length, measured, problems: [...problems] }));
if (problems.size > 0) console.error(text);
process.exit(problems.size > 0 ? 1 : 0);
