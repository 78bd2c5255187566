#!/usr/bin/env bash
# thumbnails url=: a camera's own picture, with a login; what is no picture is told once, and costs the one before nothing.
. "$(dirname "$0")/../lib.sh"
need curl ffmpeg jq /usr/bin/python3

make_media clip.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -an
ffmpeg -nostdin -v error -i clip.ts -frames:v 1 cam.jpg
cat >camera.py <<'PY'
import base64, http.server, os

class Camera(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass
    def do_GET(self):
        open("asked", "a").write(self.path + "\n")
        mode = open("mode").read().strip() if os.path.exists("mode") else "good"
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"joe:hunter2").decode():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.end_headers()
            return
        picture = open("cam.jpg", "rb").read()
        self.send_response(404 if mode == "gone" else 200)
        self.end_headers()
        if mode == "good":
            self.wfile.write(picture + b"\r\n")
        elif mode == "cut":
            self.wfile.write(picture[: len(picture) // 2])
        elif mode == "page":
            self.wfile.write(b"<html>log in</html>")
        elif mode == "endless":
            try:
                self.wfile.write(picture[:-2])
                while True:
                    self.wfile.write(bytes(1 << 16))
            except OSError:
                pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Camera)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
start camera /usr/bin/python3 camera.py
wait_for 10 test -s camera.log
camera=http://joe:hunter2@127.0.0.1:$(head -n 1 camera.log)
port=$(free_port)
cat >flu.conf <<CONF
http 127.0.0.1:$port;
stream cam { url file://$PWD/clip.ts; segment_duration 1; thumbnails url=$camera/snap.cgi?chn=1&q=5; }
CONF
start supervisor flu-supervisor --config flu.conf
picture() { fetch "http://127.0.0.1:$port/cam/preview.jpg" -o got.jpg && cmp -s got.jpg cam.jpg; }
wait_for 40 picture
expect_match '^/snap.cgi\?chn=1&q=5$' "$(sort -u asked)"

# Once for each trouble; the picture stays.
told() { grep -c 'cam: no new picture' supervisor.log || true; }
count=0
declare -A words=([page]="begins with '<html>log in" [cut]='cut off' [gone]='404|not found|Not Found' [endless]='8 MiB')
for mode in page cut gone endless; do
    echo "$mode" >mode
    is_told() { (($(told) > count)); }
    wait_for 30 is_told
    count=$(told)
    expect_match "${words[$mode]}" "$(grep 'cam: no new picture' supervisor.log | tail -n 1)" "$mode"
    picture || fail "the picture is gone after: $mode"
    echo good >mode
    is_back() { (($(grep -c 'cam: pictures come again' supervisor.log) == count)); }
    wait_for 30 is_back
done
expect_eq 4 "$(told)" 'lines of trouble'
grep -rq hunter2 supervisor.log "$FLU_RUN_DIR"/state "$FLU_RUN_DIR"/units && fail 'the password is seen'
# By hand, without a stream.
echo good >mode
flu-thumb --once --url "$camera/x" nobody >hand.jpg
cmp hand.jpg cam.jpg
expect_exit 3 flu-thumb --once --url "http://127.0.0.1:$(free_port)/x" nobody
expect_match 'refused' "$(cat err)"
