// Plays a stream of this server with about a second of delay, over MSE-LD: frames of fragmented MP4 through a
// WebSocket into Media Source Extensions.
//
//   const player = new FlussonicMsePlayer(videoElement, 'ws://HOST/NAME/mse_ld', { onMediaInfo, onProgress, onError });
//   player.play(); player.stop(); player.setTracks(['v2', 'a1']); player.getVideoTracks(); player.getAudioTracks();
//
// onProgress(seconds of UTC) comes every 100 ms while it plays; onMediaInfo(metadata) when the tracks are known, and
// again when they change; onError({ error, reason, isFatal }) when something is wrong. It goes on by itself after what is
// not fatal: nothing here plays the stream, so another way to play is wanted.
'use strict';
(() => {
  const keepSeconds = 20;      // behind what is shown
  const aimSeconds = 0.3;      // ahead of it
  const maxDelay = 2;          // ahead of it before the rest is passed over
  const retryMs = 2000;
  const silenceMs = 10000;     // nothing came: connect anew
  const maxQueued = 2000;      // messages that the browser has not taken

  const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  class FlussonicMsePlayer {
    constructor(element, url, opts = {}) {
      if (!element || typeof url !== 'string') throw new TypeError('FlussonicMsePlayer(videoElement, url, opts)');
      this.media = element;
      this.url = url.replace(/^http/, 'ws');
      this.opts = opts;
      for (const name of ['onProgress', 'onMediaInfo', 'onError']) this[name] = opts[name];
      this.mediaInfo = null;
      this.wish = null;
      this.isWanted = false;
      this.turn = 0;
      this.buffers = {};
    }

    static isSupported() { return Boolean(window.MediaSource && window.WebSocket); }

    // Fulfilled when the picture is wanted from the browser; rejected where it wants a click first, or cannot play.
    play() {
      if (!this.isWanted) {
        this.isWanted = true;
        this.progressTimer = setInterval(() => this.tick(), 100);
        this.connect();
      }
      return new Promise((resolve, reject) => { this.played = { resolve, reject }; });
    }

    stop() {
      this.isWanted = false;
      clearInterval(this.progressTimer);
      this.drop();
      this.media.pause();
      this.media.removeAttribute('src');
      this.media.load();
    }

    pause() { this.stop(); }

    getVideoTracks() { return this.tracksOf('video'); }
    getAudioTracks() { return this.tracksOf('audio'); }
    tracksOf(content) { return ((this.mediaInfo || {}).tracks || []).filter((track) => track.content === content); }

    setTracks(names) {
      if (!Array.isArray(names)) throw new TypeError('setTracks([videoTrackId, audioTrackId])');
      this.wish = names.filter(Boolean).join('');
      if (this.isWanted && this.mediaInfo) this.connect();  // a picture of another kind needs a new beginning
    }

    // Everything anew: what was there before may not go with what comes.
    connect() {
      this.drop();
      const mine = ++this.turn;
      if (!FlussonicMsePlayer.isSupported()) {
        this.fail('unsupported', 'this browser has no Media Source Extensions', true);
        return;
      }
      const address = new URL(this.url, location.href.replace(/^http/, 'ws'));
      if (this.wish) address.searchParams.set('tracks', this.wish);
      this.heard = Date.now();
      const socket = new WebSocket(address.href);
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({ data }) => {
        if (mine !== this.turn) return;
        this.heard = Date.now();
        if (typeof data === 'string') this.hear(JSON.parse(data), mine); else this.take(new Uint8Array(data));
      };
      socket.onclose = () => {
        if (mine !== this.turn) return;
        this.fail('closed', 'the connection to the server was lost', false);
        this.again(mine);
      };
      this.socket = socket;
    }

    again(mine) {
      this.turn = mine + 1;  // what still comes of it is stale
      const next = this.turn;
      setTimeout(() => { if (next === this.turn && this.isWanted) this.connect(); }, retryMs);
    }

    drop() {
      this.turn += 1;
      if (this.socket) this.socket.close();
      this.socket = null;
      this.buffers = {};
      this.source = null;
      this.utc = null;
      if (this.objectUrl) URL.revokeObjectURL(this.objectUrl);
      this.objectUrl = null;
    }

    hear(message, mine) {
      if (message.type === 'mse_init_segment') {
        this.mediaInfo = message.metadata;
        this.begin(message.tracks, mine);
        if (this.onMediaInfo) this.onMediaInfo(message.metadata);
      } else if (message.event === 'stream_unavailable') {
        const isFatal = message.static !== false;
        this.fail('stream_unavailable', isFatal ? message.reason : 'the stream is starting', isFatal);
      }
    }

    begin(tracks, mine) {
      if (Object.keys(this.buffers).length > 0) return void this.connect();  // the tracks changed
      const usable = tracks.filter((track) => MediaSource.isTypeSupported(track.mime_type));
      if (!usable.length || (tracks[0].content === 'video' && usable[0] !== tracks[0])) {
        this.fail('codec', `this browser cannot decode ${tracks.map((track) => track.mime_type).join(', ')}`, true);
        return;
      }
      const source = new MediaSource();
      this.source = source;
      this.objectUrl = URL.createObjectURL(source);
      for (const track of usable) {
        this.buffers[track.id] = { track, queue: [fromBase64(track.payload)], target: null };
      }
      source.onsourceopen = () => {
        if (mine !== this.turn) return;
        source.duration = Infinity;
        for (const buffer of Object.values(this.buffers)) {
          buffer.target = source.addSourceBuffer(buffer.track.mime_type);
          buffer.target.onupdateend = () => this.append(buffer);
          this.append(buffer);
        }
        this.socket.send('resume');
      };
      this.media.src = this.objectUrl;
      const played = this.played || { resolve() {}, reject() {} };
      this.media.play().then(played.resolve, played.reject);
    }

    take(bytes) {
      const buffer = this.buffers[bytes[47]];
      if (!buffer) return;
      const view = new DataView(bytes.buffer);
      const utc = view.getUint32(92) + view.getUint32(96) / 1e6;
      if (this.utc === null) this.utc = utc;
      buffer.queue.push(bytes);
      if (buffer.queue.length > maxQueued) return void this.connect();
      this.append(buffer);
    }

    append(buffer) {
      const { target, queue } = buffer;
      if (!target || target.updating || !queue.length || this.source.readyState !== 'open') return;
      const { buffered } = target;
      const start = this.media.currentTime - keepSeconds;
      try {
        if (buffered.length && buffered.start(0) < start - 10) {
          target.remove(0, start);
        } else {
          target.appendBuffer(queue.shift());
        }
      } catch (error) {
        this.fail('media', String(error), false);
        this.again(this.turn);
      }
    }

    // Where the picture is, and that it does not stay behind.
    tick() {
      const { media } = this;
      if (media.error) {
        this.fail('media', media.error.message, false);
        this.drop();
        this.again(this.turn);
        return;
      }
      if (this.socket && Date.now() - this.heard > silenceMs) {
        this.heard = Date.now();
        if (this.mediaInfo) this.connect();
      }
      const { buffered } = media;
      if (!buffered.length || !this.source) return;
      const last = buffered.length - 1;
      const isInHole = media.currentTime < buffered.start(last) || media.currentTime > buffered.end(last);
      if (isInHole || buffered.end(last) - media.currentTime > maxDelay) {
        const to = Math.max(buffered.start(last), buffered.end(last) - aimSeconds);
        if (Math.abs(to - media.currentTime) > 0.1) media.currentTime = to;
      }
      if (!media.paused && this.onProgress) this.onProgress(media.currentTime);
    }

    fail(error, reason, isFatal) {
      if (isFatal) this.drop();
      if (isFatal && this.played) this.played.reject(new Error(reason));
      if (this.onError) this.onError({ error, reason, isFatal });
    }
  }

  window.FlussonicMsePlayer = FlussonicMsePlayer;
})();
