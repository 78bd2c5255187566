// usage: node embed_page.mjs URL [STEP...]: opens a page of the web player in a headless Chromium and does the steps in
// their order:  play:SECONDS (the picture moves for so long)  smooth:SECONDS (for so long it never stands for more than
// 4 s)  still:SECONDS (it does not move)  say:REGEX (the page says so, at most 40 s later)  notice:REGEX
// click:SELECTOR  picture:WIDTH (one so wide is shown)  shot:FILE.png  run:FILE (waits until FILE is there, which it makes
// known with FILE.wanted)  requests:REGEX (something so named was asked for)  break:GLOB (what is so named comes as
// zeros from here on)  mend:GLOB (no more)  logo:LEFT,TOP,WIDTH,HEIGHT (an image stands so over the player). Scripts that the page's own policy stops,
// and errors of scripts, fail it. Prints what it saw as one line of JSON.
import { existsSync, writeFileSync } from 'node:fs';
import { openBrowser } from './browser.mjs';

const [url, ...steps] = process.argv.slice(2);
const policy = process.env.EMBED_AUTOPLAY === 'strict' ? 'document-user-activation-required' : 'no-user-gesture-required';

// A certificate that no authority vouches for: base64 of the SHA-256 of its key.
const trusted = process.env.EMBED_SPKI ? [`--ignore-certificate-errors-spki-list=${process.env.EMBED_SPKI}`] : [];

const context = await openBrowser({ viewport: { width: 640, height: 360 }, args: [`--autoplay-policy=${policy}`, ...trusted] });
const page = await context.newPage();
const problems = [];
const requests = [];
page.on('pageerror', (error) => problems.push(String(error)));
page.on('console', (message) => {
  if (/Content.Security.Policy|Refused to/i.test(message.text())) problems.push(message.text());
});
page.on('request', (request) => requests.push(request.url()));
page.on('websocket', (socket) => requests.push(socket.url()));
await page.goto(url, { waitUntil: 'load' });

const look = () => page.evaluate(() => {
  const video = document.querySelector('video');
  const shown = (id) => (document.getElementById(id).hidden ? '' : document.getElementById(id).textContent);
  return { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames, muted: video.muted,
           width: video.readyState >= 2 ? video.videoWidth : 0, message: shown('message'), notice: shown('notice') };
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, isDone, seconds = 40) {
  const end = Date.now() + seconds * 1000;
  let seen = await look();
  while (!(await isDone(seen))) {
    if (Date.now() > end) throw new Error(`waited for ${what}, saw ${JSON.stringify(seen)}`);
    await pause(100);
    seen = await look();
  }
}

async function play(seconds) {
  let before = null;
  let played = 0;
  await until(`${seconds} s of picture`, (seen) => {
    const step = before === null ? 0 : seen.time - before;
    if (step > 0 && step < 2 && seen.frames > 0) played += step;  // jumps are no playing
    before = seen.time;
    return played >= seconds;
  }, 40 + seconds);
}

async function smooth(seconds) {
  const end = Date.now() + seconds * 1000;
  let before = await look();
  let moved = Date.now();
  while (Date.now() < end) {
    await pause(100);
    const seen = await look();
    if (seen.time !== before.time) moved = Date.now();
    if (Date.now() - moved > 4000) throw new Error(`the picture stands: ${JSON.stringify(seen)}`);
    before = seen;
  }
}

async function still(seconds) {
  const before = await look();
  await pause(seconds * 1000);
  const after = await look();
  if (after.time !== before.time) throw new Error(`the picture moves: ${before.time} to ${after.time}`);
}

async function run(file) {
  writeFileSync(`${file}.wanted`, '');
  await until(`file ${file}`, () => existsSync(file), 60);
}

const actions = {
  play: (value) => play(Number(value)),
  smooth: (value) => smooth(Number(value)),
  still: (value) => still(Number(value)),
  say: (value) => until(`the words ${value}`, (seen) => new RegExp(value).test(seen.message)),
  notice: (value) => until(`the notice ${value}`, (seen) => new RegExp(value).test(seen.notice)),
  click: (value) => page.click(value),
  picture: (value) => until(`a picture ${value} wide`, (seen) => seen.width === Number(value)),
  shot: (value) => page.screenshot({ path: value }),
  requests: (value) => until(`a request of ${value}`, () => requests.some((name) => new RegExp(value).test(name))),
  break: (value) => page.route(value, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: Buffer.alloc((await response.body()).length) });
  }),
  mend: (value) => page.unroute(value),
  logo: (value) => until(`a logo at ${value}`, async () => {
    const box = await page.evaluate(() => {
      const image = document.getElementById('logo');
      const place = image && image.naturalWidth ? image.getBoundingClientRect() : {};
      return [place.left, place.top, place.width, place.height].map(Math.round).join();
    });
    return box === value;
  }),
  run,
};

let failure = null;
try {
  for (const step of steps) {
    const colon = step.indexOf(':');
    await actions[step.slice(0, colon)](step.slice(colon + 1));
  }
} catch (error) {
  failure = error.message;
}
const last = await look();
await context.close();
console.log(JSON.stringify({ failure, problems, ...last }));
process.exit(failure === null && problems.length === 0 ? 0 : 1);
