// usage: node mse_player.mjs SCRIPT STREAM_URL [STEP...]: a page of another origin with the player module SCRIPT
// (new FlussonicMsePlayer(element, url, opts)), in a headless Chromium. Steps, in their order:
//   play:SECONDS (the picture moves for so long)  still:SECONDS (it does not)  pause  resume  stop  start
//   tracks:v2a1  active:v2a1 (the player says that it plays these)  width:PIXELS (of the picture)
//   list:v1,v2,a1 (tracks to choose from)  progress (onProgress tells a time near now)  run:FILE (waits until FILE is
//   there, which it makes known with FILE.wanted)  watch:SECONDS (prints the longest stand and the delay)
// Prints what it saw as one line of JSON.
import { createServer } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { openBrowser } from './browser.mjs';

const [script, stream, ...steps] = process.argv.slice(2);

const page_text = `<!DOCTYPE html><video id="player" muted playsinline></video><script src="/player.js"></script><script>
  window.seen = { problems: [], progress: 0, info: null };
  window.player = new FlussonicMsePlayer(document.getElementById('player'), ${JSON.stringify(stream)}, {
    onProgress: (time) => { seen.progress = time; },
    onMediaInfo: (info) => { seen.info = info; },
    wsReconnect: ${process.env.MSE_RECONNECT === 'yes'},
    onError: (error) => { seen.problems.push(JSON.stringify(error)); },
  });
  player.onProgress = (time) => { seen.progress = time; };
  player.onMediaInfo = (info) => { seen.info = info; };
  window.start = () => Promise.resolve(player.play()).catch((error) => seen.problems.push('play: ' + error));
  start();
</script>`;
const server = createServer((request, response) => {
  const isScript = request.url.startsWith('/player.js');
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? readFileSync(script) : page_text);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const context = await openBrowser({ viewport: { width: 640, height: 360 } });
const page = await context.newPage();
const errors = [];
page.on('pageerror', (error) => errors.push(String(error)));
if (process.env.MSE_VERBOSE) page.on('console', (message) => console.error(message.text().slice(0, 300)));
await page.goto(`http://127.0.0.1:${server.address().port}/`, { waitUntil: 'load' });

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const { buffered } = video;
  return { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames,
           end: buffered.length ? buffered.end(buffered.length - 1) : 0, width: video.videoWidth, progress: seen.progress,
           active: Object.values((seen.info && seen.info.activeStreams) || {}).filter(Boolean).join(''),
           list: ((seen.info && (seen.info.tracks || seen.info.streams)) || []).map((one) => one.track_id).join(',') };
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, isDone, seconds = 40) {
  const end = Date.now() + seconds * 1000;
  let now = await look();
  while (!isDone(now)) {
    if (Date.now() > end) throw new Error(`waited for ${what}, saw ${JSON.stringify(now)}`);
    await pause(100);
    now = await look();
  }
}

async function play(seconds) {
  let before = null;
  let played = 0;
  await until(`${seconds} s of picture`, (now) => {
    const step = before === null ? 0 : now.time - before.time;
    if (step > 0 && step < 2 && now.frames > before.frames) played += step;  // jumps are no playing
    before = now;
    return played >= seconds;
  }, 40 + seconds);
}

async function still(seconds) {
  const before = await look();
  await pause(seconds * 1000);
  const after = await look();
  if (after.time !== before.time) throw new Error(`the picture moves: ${before.time} to ${after.time}`);
}

async function watch(seconds) {
  const end = Date.now() + seconds * 1000;
  let before = await look();
  let moved = Date.now();
  const seen = { stand: 0, stands: 0, jumps: 0, delay: 0, worst: 0, count: 0 };
  while (Date.now() < end) {
    await pause(100);
    const now = await look();
    if (now.time !== before.time) {
      if (now.time - before.time > 0.6 || now.time < before.time) seen.jumps += 1;
      if (Date.now() - moved > 1000) seen.stands += 1;
      seen.stand = Math.max(seen.stand, Date.now() - moved);
      moved = Date.now();
    }
    // Against UTC where the player's times are.
    const delay = now.time > 1e9 ? Date.now() / 1000 - now.time : now.end - now.time;
    seen.delay += delay;
    seen.worst = Math.max(seen.worst, delay);
    seen.count += 1;
    before = now;
  }
  seen.delay /= seen.count;
  console.error(JSON.stringify(seen));
}

async function run(file) {
  writeFileSync(`${file}.wanted`, '');
  await until(`file ${file}`, () => existsSync(file), 60);
}

const actions = {
  play: (value) => play(Number(value)),
  still: (value) => still(Number(value)),
  watch: (value) => watch(Number(value)),
  // 24 does nothing while it waits for data, and says so nowhere: pressed again, as a viewer does.
  pause: () => page.waitForFunction(() => {
    const { paused } = document.querySelector('video');
    if (!paused) player.pause();
    return paused;
  }, null, { polling: 500, timeout: 20000 }),
  resume: () => page.evaluate(() => { start(); }),
  stop: () => page.evaluate(() => { player.stop(); }),
  start: () => page.evaluate(() => { start(); }),
  tracks: async (value) => {  // 24 puts it off for ever where it comes before the start is done; 19 never says so
    await page.waitForFunction(() => player.playing !== false, null, { timeout: 4000 }).catch(() => {});
    await page.evaluate((names) => { player.setTracks(names); }, value.match(/[va]\d+/g));
  },
  active: (value) => until(`tracks ${value}`, (now) => now.active === value),
  list: (value) => until(`the list ${value}`, (now) => now.list === value),
  width: (value) => until(`${value} pixels`, (now) => now.width === Number(value)),
  progress: () => until('a time near now', (now) => Math.abs(now.progress - Date.now() / 1000) < 30),
  run,
};

let failure = null;
try {
  for (const step of steps) {
    const [name, ...value] = step.split(':');
    await actions[name](value.join(':'));
  }
} catch (error) {
  failure = error.message;
}
const last = await look();
const problems = await page.evaluate(() => seen.problems);
await context.close();
server.close();
console.log(JSON.stringify({ failure, errors, problems, ...last }));
process.exit(failure === null && errors.length === 0 ? 0 : 1);
