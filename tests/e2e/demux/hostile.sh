#!/usr/bin/env bash
# A file that names other files or addresses opens none of them, and the process has little to lose.
. "$(dirname "$0")/../lib.sh"
need ffmpeg curl

start web /usr/bin/python3 -c 'import http.server
class Trap(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked for", self.path, flush=True)
        self.send_error(404)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
print(server.server_address[1], flush=True)
server.serve_forever()'
wait_for 10 test -s web.log
at=http://127.0.0.1:$(head -n 1 web.log)
make_media secret.mp4 1

refused() {  # FILE
    expect_exit 4 flu-demux "$1"
    expect_eq 0 "$(stat -c %s out)" "bytes of $1"
}
printf "ffconcat version 1.0\nfile '%s'\n" "$PWD/secret.mp4" >list.mp4
refused list.mp4
printf '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n%s/x.ts\n#EXT-X-ENDLIST\n' "$at" >playlist.mp4
refused playlist.mp4
printf 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n' >session.mp4
refused session.mp4
printf '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><BaseURL>%s/</BaseURL></MPD>' "$at" >manifest.mp4
refused manifest.mp4
# Paths that libav would take for another protocol are paths.
for path in "concat:secret.mp4" "$at/x.mp4" "subfile,,start,0,end,0,,:secret.mp4" "crypto:secret.mp4"; do
    flu-demux "$path" >out 2>err && fail "$path was opened"
    expect_eq 0 "$(stat -c %s out)" "bytes of $path"
done
expect_eq 1 "$(wc -l <web.log)" "lines of the server: $(cat web.log)"

# Random damage ends with a word, not with a signal.
for seed in 1 2 3 4 5 6; do
    /usr/bin/python3 -c 'import random, sys
random.seed(int(sys.argv[1]))
data = bytearray(open("secret.mp4", "rb").read())
for _ in range(60): data[random.randrange(len(data))] = random.randrange(256)
open("damaged.mp4", "wb").write(data)' "$seed"
    code=0
    timeout 20 flu-demux damaged.mp4 >out 2>err || code=$?
    ((code == 0 || code == 4 || code == 3)) || fail "damage $seed: exit code $code: $(cat err)"
done

mkfifo pipe
start waiting bash -c 'exec flu-demux pipe >/dev/null'
wait_for 10 grep -q 'NoNewPrivs:.*1' "/proc/$(pid_of waiting)/status"
