// usage: node mjpeg_page.mjs URL COUNT: <img src=URL> on a page of another origin, in a headless Chromium, until COUNT
// different pictures were shown. Prints their size.
import { createServer } from 'node:http';
import { openBrowser } from './browser.mjs';

const [url, wanted] = process.argv.slice(2);

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end(`<!DOCTYPE html><img crossorigin="anonymous" src=${JSON.stringify(url)}>`);
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const context = await openBrowser();
const page = await context.newPage();
// Without end, so that the page never counts as loaded.
await page.goto(`http://127.0.0.1:${server.address().port}/`, { waitUntil: 'commit' });
const seen = new Set();
const end = Date.now() + 40_000;
let size = '';
while (seen.size < Number(wanted) && Date.now() < end) {
  const shown = await page.evaluate(() => {
    const image = document.querySelector('img');
    if (!image || !image.naturalWidth) return null;
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return { size: `${canvas.width}x${canvas.height}`, data: canvas.toDataURL() };
  });
  if (shown) {
    seen.add(shown.data);
    size = shown.size;
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
await context.close();
server.close();
console.log(size);
if (seen.size < Number(wanted)) throw new Error(`saw ${seen.size} pictures of ${wanted}`);
