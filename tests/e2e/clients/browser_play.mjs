// usage: node browser_play.mjs PLAYLIST_URL SECONDS [level:N | audio:N]...: plays it with hls.js in a headless Chromium
// and asserts that the picture moves for SECONDS without a fatal error; then, for each of the others, that the player
// goes over to that variant (by size of picture) or sound and that the picture moves on. Prints what it saw as one line
// of JSON.
import { openBrowser, require } from './browser.mjs';

const [url, seconds, ...changes] = process.argv.slice(2);

const context = await openBrowser();
const page = await context.newPage();
await page.setContent('<video muted width=320 height=180></video>');
await page.addScriptTag({ path: require.resolve('hls.js/dist/hls.min.js') });
await page.evaluate((source) => {
  window.errors = [];
  const hls = new window.Hls();
  window.hls = hls;
  hls.on(window.Hls.Events.ERROR, (_, data) => window.errors.push({ details: data.details, fatal: data.fatal }));
  hls.loadSource(source);
  hls.attachMedia(document.querySelector('video'));
  document.querySelector('video').play().catch((error) => window.errors.push({ details: String(error), fatal: false }));
}, url);

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const quality = video.getVideoPlaybackQuality();
  const level = window.hls.levels[window.hls.loadLevel] ?? {};
  return { levels: window.hls.levels.length, sounds: window.hls.audioTracks.map((each) => each.name),
           wanted: level.height, height: video.videoHeight, audio: window.hls.audioTrack, time: video.currentTime, frames: quality.totalVideoFrames, width: video.videoWidth, errors: window.errors };
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
async function change(what) {
  const [kind, number] = what.split(':');
  const isDone = await page.evaluate(async ([kind, number]) => {
    const { hls } = window;
    const switched = new Promise((resolve) => {
      hls.once(window.Hls.Events[kind === 'level' ? 'LEVEL_SWITCHED' : 'AUDIO_TRACK_SWITCHED'], () => resolve(true));
      setTimeout(() => resolve(false), 20000);
    });
    // Levels are in the order of their rates.
    if (kind === 'level') hls.currentLevel = Number(number); else hls.audioTrack = Number(number);
    return switched;
  }, [kind, number]);
  const before = await look();
  let after = before;
  const until = Date.now() + 20000;
  const isThere = () => after.time - before.time >= 2 && (kind === 'audio' || after.height === after.wanted);
  while (!isThere() && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    after = await look();
  }
  return { what, isDone, moved: after.time - before.time, height: after.height, wanted: after.wanted, audio: after.audio,
           isGood: isDone && isThere() };
}
const changed = [];
if (first !== null) for (const what of changes) changed.push(await change(what));
last = await look().catch(() => last);
await context.close();
const played = first === null ? 0 : last.time - first.time;
console.log(JSON.stringify({ played, changed, ...last }));
process.exit(played >= Number(seconds) && changed.length === changes.length && changed.every((each) => each.isGood) &&
             !last.errors.some((error) => error.fatal) ? 0 : 1);
