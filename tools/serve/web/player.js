// The player of embed.html: plays the stream whose folder the page is in, says in words what is wrong, and goes on by
// itself when it is over. Parameters: autoplay, play_duration, realtime; unknown ones are passed on to the server.
'use strict';
(() => {
  const own = new Set(['autoplay', 'play_duration', 'realtime', 'dvr', 'ago', 'from', 'to', 'version']);
  const query = new URLSearchParams(location.search);
  const passed = new URLSearchParams([...query].filter(([name]) => !own.has(name))).toString();
  const folder = new URL('.', location.href);
  const name = decodeURIComponent(folder.pathname.replace(/\/$/, '').split('/').slice(-1)[0]);
  const playSeconds = Number(query.get('play_duration')) || 0;

  // What is tried, one after the other, until the browser can decode it.
  const indexes = ['index.fmp4.m3u8', 'index.m3u8'];
  let candidates = indexes;
  const stallMs = 5000;         // the picture stands: look why
  const rebuildMs = 8000;       // the stream goes on but the picture does not: begin anew
  const enoughFragments = 3;    // loaded without a picture: the browser cannot decode it
  const retryMs = 2000;
  const codecRetryMs = 20000;   // the tracks may change
  const maxFailures = 3;        // of the browser's decoder in a minute: then it is left alone for a while

  const byId = (id) => document.getElementById(id);
  const video = byId('video');
  let hls = null;
  let mse = null;               // low latency, for as long as the browser can play it
  let isRealtime = query.get('realtime') === 'true';
  let turn = 0;                 // raised by whatever makes an earlier attempt stale
  let candidate = 0;
  let badCodecs = '';
  let stopTimer = 0;
  let isWanted = false;         // play, as far as the page is concerned
  let isDiagnosing = false;
  let hasMoved = false;         // since the player began
  let fragments = 0;            // loaded since then
  let lastTime = -1;
  let lastMove = 0;
  let playlist = { text: '', changed: 0, target: 5 };  // as last seen while looking why
  let failures = [];            // when the browser's decoder gave up
  let isPartial = false;        // the notice tells what of the stream is not played
  let border = Infinity;        // where sound or picture comes or goes, in the time of the player

  const say = (words) => { if (byId('message').textContent !== words) byId('message').textContent = words; };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  function notice(words, seconds) {
    byId('notice').textContent = words;
    byId('notice').hidden = false;
    if (seconds) setTimeout(() => { byId('notice').hidden = true; }, seconds * 1000);
  }

  // An address in the stream's folder with what the page was asked with: tokens and the like.
  function address(path) {
    const url = new URL(path, folder);
    if (passed && url.origin === location.origin && !url.search) url.search = passed;
    return url.href;
  }

  const canUseHls = () => Boolean(window.Hls && window.Hls.isSupported());
  const canUseNative = () => video.canPlayType('application/vnd.apple.mpegurl') !== '';

  // Asks for a playlist: {status, text, retryMs}; status 0 when nobody answers.
  async function ask(path) {
    try {
      const response = await fetch(address(path), { cache: 'no-cache', signal: AbortSignal.timeout(45000) });
      const seconds = Number(response.headers.get('Retry-After')) || 0;
      return { status: response.status, text: await response.text(), retryMs: Math.max(seconds * 1000, retryMs) };
    } catch (error) {
      return { status: 0, text: '', retryMs };
    }
  }

  // The same of a playlist of segments: the first variant of a list of variants.
  async function askSegments(path) {
    const answer = await ask(path);
    const variant = (answer.text.match(/^#EXT-X-STREAM-INF:.*\n([^#\n]+)$/m) || [])[1];
    return answer.status === 200 && variant ? ask(new URL(variant, new URL(path, folder)).href) : answer;
  }

  function wordsFor(answer) {
    switch (answer.status) {
      case 0: return 'No connection to the server. Trying again…';
      case 401:
      case 403: return 'You are not allowed to watch this stream.';
      case 404: return `There is no stream “${name}” here now. It will play when it comes.`;
      case 503: return 'The stream is starting…';
      default: return `The server answers with an error (${answer.status}). Trying again…`;
    }
  }

  function sayCodecs() {
    const which = badCodecs ? ` (${badCodecs})` : '';
    say(`This browser cannot decode the stream${which}. Other players can: ${new URL('index.m3u8', folder).href}`);
  }

  function dropPlayer() {
    if (hls) hls.destroy();
    hls = null;
    if (mse) mse.stop();
    mse = null;
    video.onerror = null;
    video.removeAttribute('src');
    video.load();
    video.controls = false;  // they would show a black picture as one that is paused
  }

  // Waits until there is something to play, and plays it.
  async function connect() {
    const mine = ++turn;
    dropPlayer();
    if (isRealtime) return connectRealtime(mine);
    if (!canUseHls() && !canUseNative()) {
      say('This browser plays neither HLS nor Media Source Extensions.');
      return;
    }
    if (!hasMoved && !byId('message').textContent) say('Connecting…');
    while (mine === turn) {
      const answer = await askSegments(candidates[candidate]);
      if (mine !== turn) return;
      if (answer.status === 200) return begin(mine, findStart(answer.text));
      if (answer.status === 415) {
        nextCandidate();
        return;
      }
      candidate = answer.status === 404 ? 0 : candidate;
      say(wordsFor(answer));
      await pause(answer.retryMs);
    }
  }

  // The first picture with one sound after the other, where some language has a codec that the browser does not know; at
  // last without sound.
  async function parts() {
    const { text } = await ask('index.fmp4.m3u8');
    const sounds = new Set([...text.matchAll(/^#EXT-X-MEDIA:.*\/?tracks-(a\d+)\//gm)].map((each) => each[1]));
    return [...[...sounds].map((sound) => `tracks-v1${sound}`), 'tracks-v1'].map((part) => `${part}/index.fmp4.m3u8`);
  }

  // The server says that there is a stream by asking for a WebSocket (426).
  async function connectRealtime(mine) {
    if (!byId('message').textContent) say('Connecting…');
    while (mine === turn) {
      const answer = await ask('mse_ld');
      if (mine !== turn) return;
      if (answer.status === 426) return void beginRealtime(mine);
      if (answer.status === 403) return void leaveRealtime('the server does not offer it');
      say(wordsFor(answer));
      await pause(answer.retryMs);
    }
  }

  function leaveRealtime(reason) {
    isRealtime = false;
    notice(`No low latency: ${reason}. This is HLS, some seconds behind.`, 10);
    connect();
  }

  function beginRealtime(mine) {
    lastTime = -1;
    lastMove = Date.now();
    hasMoved = false;
    mse = new window.FlussonicMsePlayer(video, address('mse_ld'), {
      onError: (error) => {
        if (mine !== turn) return;
        if (error.isFatal) leaveRealtime(error.reason);
        else if (error.error === 'closed') connect();
        else if (error.error === 'stream_unavailable') say('The stream is starting…');
      },
    });
    video.controls = true;
    isWanted = true;
    byId('play').hidden = true;
    mse.play().catch((error) => { if (mine === turn && error.name === 'NotAllowedError') play(); });
  }

  // The browser's decoder gave up on what it had played until now.
  async function beginAnew(reason) {
    const mine = ++turn;
    dropPlayer();
    failures = [...failures.filter((time) => Date.now() - time < 60000), Date.now()];
    const isOften = failures.length > maxFailures;
    say(isOften ? `The stream is damaged: the browser gives up on it again and again (${reason}). Trying again in ${codecRetryMs / 1000} s…`
                : 'Something in the stream is damaged. Beginning anew…');
    await pause(isOften ? codecRetryMs : 500);
    if (mine === turn) connect();
  }

  // The codecs of this one are not for this browser.
  async function nextCandidate() {
    const mine = ++turn;
    dropPlayer();
    if (candidate + 1 === indexes.length) {
      const more = await parts();
      if (mine !== turn) return;
      candidates = [...indexes, ...more];
    }
    candidate += 1;
    if (candidate < candidates.length) return connect();
    candidate = 0;
    byId('notice').hidden = true;
    sayCodecs();
    await pause(codecRetryMs);
    if (mine === turn) connect();
  }

  function begin(mine, startPosition) {
    lastTime = -1;
    lastMove = Date.now();
    hasMoved = false;
    fragments = 0;
    border = Infinity;
    playlist = { text: '', changed: Date.now(), target: 5 };
    const url = address(candidates[candidate]);
    video.controls = true;
    if (canUseHls()) {
      beginHls(url, mine, startPosition);
    } else {
      video.src = url;
      video.onerror = () => {
        if (mine !== turn) return;
        const isCodec = video.error && video.error.code >= 3;
        if (isCodec) nextCandidate(); else connect();
      };
    }
    play();
  }

  // "av", "v" or "a": a browser's player keeps to the kinds of track with which it began.
  const kindsOf = (path) => [...new Set((path.match(/tracks-([a-z0-9]+)\//) || ['', ''])[1].match(/[av]/g))].sort().join('');

  // Where the kinds change in a list of {start, path}.
  const findBorders = (list) => list.filter((each, i) => i > 0 && kindsOf(each.path) !== kindsOf(list[i - 1].path)).map((each) => each.start);

  // Where in a playlist to begin: by itself (-1), unless the kinds change after that.
  function findStart(text) {
    let end = 0;
    const list = [...text.matchAll(/^#EXTINF:([0-9.]+).*\n(?:#.*\n)*([^#\n]+)$/gm)].map(([, duration, path]) => {
      const start = end;
      end += Number(duration);
      return { start, path };
    });
    const last = findBorders(list).at(-1) ?? -1;
    const target = Number((text.match(/#EXT-X-TARGETDURATION:(\d+)/) || ['', 0])[1]);
    return last > end - 3 * target ? last : -1;
  }

  // What follows the border needs a player of its own.
  function passBorder() {
    if (hls && video.currentTime >= border - 0.3) connect();
  }

  function beginHls(url, mine, startPosition) {
    const { Hls } = window;
    let recovered = 0;
    let newest = -1;  // number of the newest segment
    hls = new Hls({
      backBufferLength: 30,
      startPosition,
      // Segments and inits are relative to the playlist and come without its query.
      xhrSetup: (xhr, to) => { if (passed) xhr.open('GET', address(to), true); },
    });
    hls.on(Hls.Events.LEVEL_UPDATED, (_, data) => {
      const after = Math.max(video.currentTime, startPosition + 0.5);
      const borders = findBorders(data.details.fragments.map(({ start, relurl }) => ({ start, path: relurl })));
      border = borders.find((start) => start > after) ?? border;
      if (data.details.endSN !== newest) playlist.changed = Date.now();
      newest = data.details.endSN;
      playlist.target = data.details.targetduration || 5;
    });
    hls.on(Hls.Events.FRAG_LOADED, () => { fragments += 1; });
    hls.on(Hls.Events.BUFFER_CODECS, (_, data) => {
      badCodecs = ['audiovideo', 'video', 'audio'].map((key) => data[key] && data[key].codec).filter(Boolean).join(', ');
    });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (mine !== turn || !data.fatal) return;
      const isMedia = data.type === Hls.ErrorTypes.MEDIA_ERROR;
      if (isMedia && video.currentTime < border && border < Infinity) return;  // what is before it plays on
      if (isMedia && (!hasMoved || /codec/i.test(data.details))) return void nextCandidate();
      if (isMedia && Date.now() - recovered > 10000) {
        recovered = Date.now();
        hls.recoverMediaError();
        return play();
      }
      if (isMedia) return void beginAnew(data.details);
      pause(500).then(() => { if (mine === turn) connect(); });
    });
    hls.loadSource(url);
    hls.attachMedia(video);
  }

  // Browsers start sound only after a click (their autoplay policy): without sound then.
  async function play() {
    isWanted = true;
    byId('play').hidden = true;
    try {
      await video.play();
    } catch (error) {
      if (error.name !== 'NotAllowedError') return;  // it was interrupted by what comes next
      if (video.muted) {
        isWanted = false;
        byId('play').hidden = false;
        say('');
        return;
      }
      video.muted = true;
      byId('sound').hidden = false;
      play();
    }
  }

  // The tracks that a playlist names, "v1a1": MPEG-TS has all of the stream.
  const tracksIn = async (path) => [...(await ask(path)).text.matchAll(/tracks-([a-z0-9]+)\//g)].map((each) => each[1]).join();

  // " (mp2v)" where the server tells it.
  async function pictureCodec() {
    try {
      const { streams } = JSON.parse((await ask('media_info.json')).text);
      const { codec } = streams.find((stream) => stream.content === 'video');
      return ` (${({ mp2v: 'MPEG-2', mpeg2video: 'MPEG-2', hevc: 'HEVC' })[codec] || codec})`;
    } catch (error) {
      return '';
    }
  }

  // What of the stream is not played.
  async function tellOfMissing(mine) {
    const kinds = () => (mse.getVideoTracks().length ? 'v' : '') + (mse.getAudioTracks().length ? 'a' : '');
    const [all, played, codec] = await Promise.all(
      [tracksIn('index.m3u8'), mse ? kinds() : tracksIn(candidates[candidate]), pictureCodec()]);
    if (mine !== turn) return;
    if (all.includes('v') && !played.includes('v')) {
      notice(`Sound alone: a browser cannot show the picture of this stream${codec}. Other players can: ${new URL('index.m3u8', folder).href}`);
      isPartial = true;
    } else if (all.includes('a') && !played.includes('a')) {
      notice('Without sound: this browser cannot decode the audio of the stream.', 15);
    } else if (isPartial) {
      byId('notice').hidden = true;
      isPartial = false;
    }
  }

  // The picture stands though it should move.
  async function diagnose() {
    if (isDiagnosing) return;
    if (mse) {
      say('The source of the stream has stopped. It goes on here when the source is back.');
      return;
    }
    isDiagnosing = true;
    const mine = turn;
    const answer = await askSegments(candidates[candidate]);
    isDiagnosing = false;
    if (mine !== turn || lastMove > Date.now() - stallMs) return;
    if (answer.status !== 200) {
      say(wordsFor(answer));
      if (answer.status !== 0) connect();
      return;
    }
    const now = Date.now();
    if (playlist.text && playlist.text !== answer.text) playlist.changed = now;
    playlist.text = answer.text;
    if (!hasMoved && fragments >= enoughFragments && now - lastMove > rebuildMs) return void nextCandidate();
    if (now - playlist.changed > playlist.target * 2000 + 1000) {
      say('The source of the stream has stopped. It goes on here when the source is back.');
      playlist.isStopped = true;
    } else if (playlist.isStopped || now - lastMove > rebuildMs + playlist.target * 1000) {
      connect();  // the stream goes on without us
    } else {
      say('Loading…');
    }
  }

  function watch() {
    if (!isWanted || video.paused || (!hls && !mse && !video.src)) {
      lastMove = Date.now();
      return;
    }
    if (video.currentTime !== lastTime) {
      if (lastTime >= 0 && video.currentTime > lastTime) {
        say('');
        if (!hasMoved) tellOfMissing(turn);
        hasMoved = true;
        playlist.isStopped = false;
      }
      lastTime = video.currentTime;
      lastMove = Date.now();
    } else if (Date.now() - lastMove > stallMs) {
      diagnose();
    }
  }

  function stopAfter() {
    if (!playSeconds || stopTimer) return;
    stopTimer = setTimeout(() => {
      stopTimer = 0;
      turn += 1;
      isWanted = false;
      dropPlayer();
      say('');
      notice(`Stopped after ${playSeconds} s.`);
      byId('play').hidden = false;
    }, playSeconds * 1000);
  }

  function start() {
    byId('notice').hidden = true;
    byId('play').hidden = true;
    isWanted = true;
    connect();
  }

  const logo = byId('logo');
  if (logo) {
    for (const [side, pixels] of Object.entries(logo.dataset)) logo.style[side] = `${pixels}px`;
  }
  byId('play').onclick = start;
  byId('sound').onclick = () => {
    video.muted = false;
    byId('sound').hidden = true;
  };
  video.addEventListener('volumechange', () => { if (!video.muted) byId('sound').hidden = true; });
  video.addEventListener('playing', stopAfter);
  for (const event of ['timeupdate', 'waiting']) video.addEventListener(event, passBorder);
  window.addEventListener('online', () => { lastMove = 0; });
  setInterval(watch, 500);

  if (query.get('autoplay') === 'false') {
    byId('play').hidden = false;
    video.src = address('preview.mp4');  // its picture; nothing where there is none
  } else {
    start();
  }
  if (query.get('dvr') === 'true' || ['ago', 'from', 'to'].some((key) => query.has(key))) {
    notice('The archive cannot be played here yet: this is the live stream.', 10);
  }
})();
