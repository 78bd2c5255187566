// usage: node subtitle_play.mjs MASTER_URL LANGUAGE TEXT...: plays it with hls.js in a headless Chromium with the subtitles of
// that language, and asserts that the viewer sees each TEXT, in this order. Prints what it saw as one line of JSON: each
// with the UTC that the picture has where it begins and ends.
import { openBrowser, require } from './browser.mjs';

const [url, language, ...texts] = process.argv.slice(2);

const context = await openBrowser();
const page = await context.newPage();
await page.setContent('<video muted width=320 height=180></video>');
await page.addScriptTag({ path: require.resolve('hls.js/dist/hls.min.js') });
await page.evaluate(({ source, wanted }) => {
  const video = document.querySelector('video');
  window.seen = { shown: [], errors: [], tracks: [] };
  const hls = new window.Hls({ subtitlePreference: { lang: wanted } });
  hls.on(window.Hls.Events.ERROR, (_, data) => seen.errors.push(`${data.details}${data.fatal ? ' fatal' : ''}`));
  hls.on(window.Hls.Events.SUBTITLE_TRACKS_UPDATED, (_, data) => {
    seen.tracks = data.subtitleTracks.map((track) => track.lang);
    hls.subtitleDisplay = true;
  });
  hls.loadSource(source);
  hls.attachMedia(video);
  video.play().catch((error) => seen.errors.push(String(error)));
  let last = '';
  setInterval(() => {
    const track = [...video.textTracks].find((one) => one.mode === 'showing');
    const cues = track ? [...track.activeCues] : [];
    const words = cues.map((cue) => cue.text).join(' | ');
    if (words !== last && words !== '' && hls.playingDate) {
      const zero = hls.playingDate.getTime() / 1000 - video.currentTime;  // of the player's times, in UTC
      seen.shown.push({ words, from: zero + cues[0].startTime, to: zero + cues[0].endTime });
    }
    last = words;
  }, 40);
}, { source: url, wanted: language });

const isSeen = (seen) => {
  let next = 0;
  for (const one of seen.shown) if (next < texts.length && one.words.includes(texts[next])) next += 1;
  return next === texts.length;
};
let seen = await page.evaluate(() => window.seen);
const end = Date.now() + 60000;
while (Date.now() < end && !isSeen(seen) && !seen.errors.some((error) => error.includes('fatal'))) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  seen = await page.evaluate(() => window.seen);
}
await context.close();
console.log(JSON.stringify(seen));
process.exit(isSeen(seen) && !seen.errors.some((error) => error.includes('fatal')) ? 0 : 1);
