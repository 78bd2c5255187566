// usage: node browser_play.mjs PLAYLIST_URL SECONDS: plays it with hls.js in a headless Chromium and asserts that the
// picture moves for SECONDS without a fatal error. Prints what it saw as one line of JSON.
import { createRequire } from 'node:module';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(`${process.env.FLU_WEB_CLIENTS}/`);
const { chromium } = require('playwright-core');
const [url, seconds] = process.argv.slice(2);

const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'chromium-')), {
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
});
const page = await context.newPage();
await page.setContent('<video muted width=320 height=180></video>');
await page.addScriptTag({ path: require.resolve('hls.js/dist/hls.min.js') });
await page.evaluate((source) => {
  window.errors = [];
  const hls = new window.Hls();
  hls.on(window.Hls.Events.ERROR, (_, data) => window.errors.push({ details: data.details, fatal: data.fatal }));
  hls.loadSource(source);
  hls.attachMedia(document.querySelector('video'));
  document.querySelector('video').play().catch((error) => window.errors.push({ details: String(error), fatal: false }));
}, url);

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const quality = video.getVideoPlaybackQuality();
  return { time: video.currentTime, frames: quality.totalVideoFrames, width: video.videoWidth, errors: window.errors };
});
let first = null;
let last = await look();
const end = Date.now() + (Number(seconds) + 40) * 1000;
while (Date.now() < end && !last.errors.some((error) => error.fatal)) {
  if (last.frames > 0 && first === null) first = last;
  if (first !== null && last.time - first.time >= Number(seconds)) break;
  await new Promise((resolve) => setTimeout(resolve, 200));
  last = await look();
}
await context.close();
const played = first === null ? 0 : last.time - first.time;
console.log(JSON.stringify({ played, ...last }));
process.exit(played >= Number(seconds) && !last.errors.some((error) => error.fatal) ? 0 : 1);
