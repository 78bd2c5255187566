// A headless Chromium with a profile of its own, that plays with sound off and without being clicked, and asks nothing of
// the internet. `settings`: what playwright's launchPersistentContext() takes besides; its `args` come last and win. Its profile lies
// in $TMPDIR.
import { createRequire } from 'node:module';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const require = createRequire(`${process.env.FLU_WEB_CLIENTS}/`);

export function openBrowser({ args = [], ...settings } = {}) {
  const { chromium } = require('playwright-core');
  return chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'chromium-')), {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--mute-audio', ...args],
    ...settings,
  });
}
