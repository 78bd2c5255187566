// usage: node watch.mjs KIND URL SECONDS [START_MS]: plays URL for so long in a headless Chromium, whatever happens to the
// server, and prints what a viewer sees as lines "SECOND EVENT": when the picture stood for more than half a second and
// for how long, jumped, became another size; what the player called an error. SECOND counts from START_MS (Unix time).
// KIND: hls (hls.js), ll (hls.js, low latency), page (the page's own URL), dashjs, shaka, mse:SCRIPT (a WebSocket's
// URL and the player module). The last line is a summary in JSON; exit code 1 when the picture no longer moves at the end.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser, require } from './browser.mjs';

const [what, url, seconds, start = `${Date.now()}`] = process.argv.slice(2);
const [kind, script] = what.split(/:(.*)/);
const modules = join(process.env.FLU_WEB_CLIENTS, 'node_modules');
const sources = {
  hls: require.resolve('hls.js/dist/hls.min.js'),
  ll: require.resolve('hls.js/dist/hls.min.js'),
  dashjs: join(modules, 'dashjs/dist/modern/umd/dash.all.min.js'),
  shaka: join(modules, 'shaka-player/dist/shaka-player.compiled.js'),
  mse: script,
};

const page_text = `<!DOCTYPE html><video id="player" muted playsinline width=320 height=180></video>
<script src="/player.js"></script>`;
const server = createServer((request, response) => {
  const isScript = request.url.startsWith('/player.js');
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? readFileSync(sources[kind]) : page_text);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const context = await openBrowser();
const page = await context.newPage();
const say = (words) => console.log(`${((Date.now() - Number(start)) / 1000).toFixed(1)} ${words}`);
let errors = 0;
await page.exposeFunction('tell', (words) => { errors += 1; say(`error ${String(words).slice(0, 200)}`); });
const asked = [];  // what was asked for last
page.on('response', (response) => {
  asked.push(`${response.status()} ${new URL(response.url()).pathname}`);
  if (asked.length > 6) asked.shift();
});
page.on('pageerror', (error) => { errors += 1; say(`script error ${error}`); });
await page.goto(kind === 'page' ? url : `http://127.0.0.1:${server.address().port}/`, { waitUntil: 'load' });

await page.evaluate(({ kind, url }) => {
  const video = document.querySelector('video');
  window.latency = () => (video.currentTime > 1e9 ? Date.now() / 1000 - video.currentTime : null);
  const text = (value) => { try { return JSON.stringify(value); } catch { return String(value); } };
  if (kind === 'hls' || kind === 'll') {
    const hls = new window.Hls({ lowLatencyMode: kind === 'll' });
    window.hls = hls;
    hls.on(window.Hls.Events.ERROR, (_, data) => {
      window.tell(`${data.fatal ? 'FATAL ' : ''}${data.details} ${data.response?.code ?? ''} ${data.frag?.sn ?? ''} ${data.part ? `part ${data.part.index} ` : ''}${data.error?.message ?? data.reason ?? ''}`);
      if (!data.fatal) return;  // what its documents tell pages to do
      if (data.type === window.Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
      else setTimeout(() => { hls.loadSource(url); video.play(); }, 1000);
    });
    window.latency = () => (hls.playingDate ? (Date.now() - hls.playingDate.getTime()) / 1000 : null);
    hls.loadSource(url);
    hls.attachMedia(video);
    video.play().catch((error) => window.tell(error));
  } else if (kind === 'dashjs') {
    const dash = window.dashjs.MediaPlayer().create();
    const events = window.dashjs.MediaPlayer.events;
    dash.on(events.ERROR, (event) => window.tell(`${event.error?.code} ${event.error?.message}`));
    dash.initialize(video, url, true);
    window.latency = () => dash.getCurrentLiveLatency();
  } else if (kind === 'shaka') {
    window.shaka.polyfill.installAll();
    const shaka = new window.shaka.Player();
    shaka.addEventListener('error', (event) => window.tell(`${event.detail.code} ${text(event.detail.data)}`));
    shaka.attach(video).then(() => shaka.load(url)).then(() => video.play()).catch((error) => window.tell(`${error.code}`));
    window.latency = () => (shaka.getPlayheadTimeAsDate() ? (Date.now() - shaka.getPlayheadTimeAsDate()) / 1000 : null);
  } else if (kind === 'mse') {
    window.player = new FlussonicMsePlayer(video, url, { wsReconnect: true, onError: (error) => window.tell(text(error)) });
    Promise.resolve(window.player.play()).catch((error) => window.tell(text(error)));
  }
}, { kind, url });

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const { buffered } = video;
  const ranges = [...Array(buffered.length).keys()].map((i) => `${buffered.start(i).toFixed(2)}-${buffered.end(i).toFixed(2)}`);
  return { time: video.currentTime, ranges: ranges.join(' '), state: video.readyState, frames: video.getVideoPlaybackQuality().totalVideoFrames, width: video.videoWidth,
           dropped: video.getVideoPlaybackQuality().droppedVideoFrames, latency: window.latency() };
});
const seen = { played: 0, stands: 0, stood: 0, longest: 0, jumps: 0 };
const latencies = [];
const end = Number(start) + Number(seconds) * 1000;
let before = await look();
let moved = null;  // when the picture last did
let isTold = false;
let told = 0;  // the latency that was told last
while (Date.now() < end) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const now = await look();
  const step = now.time - before.time;
  if (now.width !== before.width) say(`width ${now.width}`);
  if (step !== 0 && now.frames > 0) {
    if (moved === null) {
      say(`first picture, at ${now.time.toFixed(2)}`);
      before = now;
    }
    const stood = moved === null ? 0 : (Date.now() - moved) / 1000;
    if (stood > 0.5) {
      say(`stood ${stood.toFixed(1)}`);
      seen.stands += 1;
      seen.stood += stood;
      seen.longest = Math.max(seen.longest, stood);
    }
    if (moved !== null && (step < 0 || step > stood + 0.4)) {
      say(`jump ${step.toFixed(2)}`);
      seen.jumps += 1;
    } else {
      seen.played += now.time - before.time;
    }
    moved = Date.now();
    isTold = false;
  }
  if (moved !== null && !isTold && Date.now() - moved > 4000) {  // so that one sees why
    say(`stands at ${now.time.toFixed(2)}, has ${now.ranges || 'nothing'}, state ${now.state}; asked for ${asked.join(', ')}`);
    isTold = true;
  }
  if (now.latency !== null && Number.isFinite(now.latency)) {
    latencies.push(now.latency);
    if (step !== 0 && Math.abs(now.latency - told) > 1.5) {
      told = now.latency;
      say(`latency ${told.toFixed(1)}`);
    }
  }
  before = now;
}
await context.close();
server.close();
latencies.sort((a, b) => a - b);
const at = (share) => latencies.length ? Number(latencies[Math.floor((latencies.length - 1) * share)].toFixed(2)) : null;
const isAlive = moved !== null && Date.now() - moved < 3000;
const round = (value) => Number(value.toFixed(1));
console.log(JSON.stringify({ what: kind, alive: isAlive, played: round(seen.played), stands: seen.stands, stood: round(seen.stood),
  longest: round(seen.longest), jumps: seen.jumps, errors, latency: at(0.5), worst: at(1), dropped: before.dropped }));
process.exit(isAlive ? 0 : 1);
