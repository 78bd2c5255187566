#!/usr/bin/env bash
# A radio that speaks ICY: titles between the music, no times, for ever.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

make_media radio.mp3 3 -map 1 -c:a libmp3lame -b:a 64k
cat >server.py <<'PY'
import http.server

class Radio(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.headers.get("User-Agent"), self.headers.get("X-Who"), self.path, flush=True)
        if self.path != "/radio?token=hunter2":
            self.send_error(404)
            return
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-name: test\r\nicy-metaint: 4096\r\n\r\n")
        music = open("radio.mp3", "rb").read()
        for at in range(0, len(music), 4096):
            part = music[at:at + 4096]
            self.wfile.write(part)
            if len(part) == 4096:
                self.wfile.write(b"\x02" + b"StreamTitle='a title';".ljust(32, b"\0"))
    def log_message(self, *words):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Radio)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
start server /usr/bin/python3 server.py
wait_for 10 test -s server.log
port=$(head -n 1 server.log)

timeout 30 flu-demux "shout://127.0.0.1:$port/radio?token=hunter2" 'user_agent=my radio' header.X-Who=me >out.mp4 2>err || true
expect_match 'the connection was closed' "$(cat err)"
expect_match 'my radio me /radio' "$(cat server.log)"
frames() { ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$1" | head -n 1; }
expect_eq "$(frames radio.mp3)" "$(frames out.mp4)" "frames"
expect_eq "" "$(ffmpeg -nostdin -v error -i out.mp4 -f null - 2>&1)" "complaints of the decoder"

expect_exit 3 flu-demux "shout://127.0.0.1:$port/other?token=hunter2"
expect_match 'read shout://127.0.0.1:[0-9]*/other\?token=\*\*\*: .*404' "$(cat err)"
grep -q hunter2 err && fail "told the secret"
# The times of a radio begin where it was joined: a hub plays it.
start_stream radio "shout://127.0.0.1:$port/radio?token=hunter2"
wait_for 20 grep -q plays radio.hub.log
