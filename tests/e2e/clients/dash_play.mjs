// usage: node dash_play.mjs dashjs|shaka MPD_URL SECONDS [ALLOWED_JUMPS]: plays it in a headless Chromium and asserts
// that the picture moves for SECONDS without a stall, a jump over a gap or a fatal error once it plays. Prints what it
// saw as one line of JSON.
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';

const [player, url, seconds, allowedJumps = '0'] = process.argv.slice(2);
const scripts = { dashjs: 'dashjs/dist/modern/umd/dash.all.min.js', shaka: 'shaka-player/dist/shaka-player.compiled.js' };
const modules = join(process.env.FLU_WEB_CLIENTS, 'node_modules');  // their exports name no scripts for pages

const context = await openBrowser();
const page = await context.newPage();
const failed = [];
page.on('response', (response) => {
  if (response.status() >= 400) failed.push(`${response.status()} ${new URL(response.url()).pathname}`);
});
await page.setContent('<video muted width=320 height=180></video>');
await page.addScriptTag({ path: join(modules, scripts[player]) });
await page.evaluate(({ player, url }) => {
  const video = document.querySelector('video');
  const seen = { stalls: [], jumps: [], errors: [], periods: 0 };
  window.seen = seen;
  let hasPlayed = false;
  video.addEventListener('playing', () => { hasPlayed = true; });
  video.addEventListener('waiting', () => { if (hasPlayed) seen.stalls.push(video.currentTime); });
  if (player === 'dashjs') {
    const dash = window.dashjs.MediaPlayer().create();
    window.player = dash;
    const events = window.dashjs.MediaPlayer.events;
    dash.on(events.ERROR, (event) => seen.errors.push(`${event.error?.code} ${event.error?.message}`));
    dash.on(events.GAP_CAUSED_INTERNAL_SEEK ?? 'gapCausedInternalSeek', (event) => seen.jumps.push(event.duration));
    dash.on(events.GAP_CAUSED_SEEK_TO_PERIOD_END ?? 'gapCausedSeekToPeriodEnd', (event) => seen.jumps.push(event.duration));
    dash.on(events.PERIOD_SWITCH_COMPLETED, () => { seen.periods += 1; });
    dash.initialize(video, url, true);
  } else {
    window.shaka.polyfill.installAll();
    const shaka = new window.shaka.Player();
    window.player = shaka;
    shaka.addEventListener('error', (event) => seen.errors.push(`${event.detail.code} ${JSON.stringify(event.detail.data)}`));
    shaka.addEventListener('gapjumped', () => seen.jumps.push(video.currentTime));
    shaka.attach(video).then(() => shaka.load(url)).then(() => video.play())
      .catch((error) => seen.errors.push(`${error.code ?? ''} ${error.message}`));
  }
}, { player, url });

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const buffered = [...Array(video.buffered.length).keys()].map((i) => [video.buffered.start(i), video.buffered.end(i)]);
  return { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames, width: video.videoWidth,
           buffered, ...window.seen };
});
let first = null;
let last = await look();
const end = Date.now() + (Number(seconds) + 40) * 1000;
while (Date.now() < end && last.errors.length === 0) {
  if (last.frames > 0 && first === null) first = last;
  if (first !== null && last.time - first.time >= Number(seconds)) break;
  await new Promise((resolve) => setTimeout(resolve, 200));
  last = await look();
}
await context.close();
const played = first === null ? 0 : last.time - first.time;
// Where playback begins, a player may find its place in two steps.
const stalls = last.stalls.filter((time) => time > (first?.time ?? 0) + 1);
const jumps = last.jumps.length;
console.log(JSON.stringify({ played, ...last, failed }));
const isGood = played >= Number(seconds) && last.errors.length === 0 && failed.length === 0 &&
  stalls.length <= Number(allowedJumps) && jumps <= Number(allowedJumps);
process.exit(isGood ? 0 : 1);
