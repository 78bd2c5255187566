// usage: node ll_play.mjs PLAYLIST_URL SECONDS MAX_LATENCY: plays LL-HLS with hls.js in a headless Chromium and asserts
// that the picture moves for SECONDS without a fatal error or stall, and that half of the time what is shown is not
// older than MAX_LATENCY seconds by its EXT-X-PROGRAM-DATE-TIME, which here is when the source gave it. Prints what it saw
// as one line of JSON.
import { openBrowser, require } from './browser.mjs';

const [url, seconds, maxLatency] = process.argv.slice(2);

const context = await openBrowser();
const page = await context.newPage();
await page.setContent('<video muted width=320 height=180></video>');
await page.addScriptTag({ path: require.resolve('hls.js/dist/hls.min.js') });
await page.evaluate((source) => {
  window.errors = [];
  window.parts = 0;
  const hls = new window.Hls({ lowLatencyMode: true });
  window.hls = hls;
  hls.on(window.Hls.Events.ERROR, (_, data) => window.errors.push(`${data.details}${data.fatal ? ' fatal' : ''} ` +
    `${data.response?.code ?? ''} ${data.url ?? data.frag?.url ?? ''} at ${document.querySelector('video').currentTime}`));
  hls.on(window.Hls.Events.FRAG_LOADED, (_, data) => { window.parts += data.part ? 1 : 0; });
  hls.loadSource(source);
  hls.attachMedia(document.querySelector('video'));
  document.querySelector('video').play().catch((error) => window.errors.push(String(error)));
}, url);

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const shown = window.hls.playingDate;
  return { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames, parts: window.parts,
           latency: shown ? (Date.now() - shown.getTime()) / 1000 : null, wanted: window.hls.targetLatency,
           errors: window.errors };
});
let first = null;
let last = await look();
const latencies = [];
const end = Date.now() + (Number(seconds) + 40) * 1000;
while (Date.now() < end && !last.errors.some((error) => error.includes(' fatal'))) {
  if (last.frames > 0 && first === null) first = last;
  if (first !== null && last.latency !== null) latencies.push(last.latency);
  if (first !== null && last.time - first.time >= Number(seconds)) break;
  await new Promise((resolve) => setTimeout(resolve, 200));
  last = await look();
}
await context.close();
const played = first === null ? 0 : last.time - first.time;
latencies.sort((a, b) => a - b);
const median = latencies[latencies.length >> 1];
const stalls = last.errors.filter((error) => error.startsWith('bufferStalled')).length;
console.log(JSON.stringify({ played, median, max: latencies.at(-1), stalls, ...last }));
process.exit(played >= Number(seconds) && median <= Number(maxLatency) && last.parts > 0 &&
             !last.errors.some((error) => error.includes(' fatal')) ? 0 : 1);
