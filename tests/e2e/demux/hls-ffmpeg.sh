#!/usr/bin/env bash
# A live playlist: nothing of what was there at first, since that may be days old, unless it is asked for; the best
# variant; headers; and nothing but HTTP is opened, whatever a playlist says.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

cat >server.py <<'PY'
import http.server

class Files(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        print("GET", self.path, self.headers.get("User-Agent"), self.headers.get("Referer"), flush=True)
        if self.path == "/moved/index.m3u8":
            self.send_response(302)
            self.send_header("Location", "/live/master.m3u8")
            self.end_headers()
            return
        super().do_GET()
    def log_message(self, *words):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
mkdir -p www/live www/old
start server bash -c 'cd www && exec /usr/bin/python3 ../server.py'
wait_for 10 test -s server.log
at=hls://127.0.0.1:$(head -n 1 server.log)

make_media in.ts 30 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
# An old playlist whose packager is dead.
ffmpeg -nostdin -v error -t 4 -i in.ts -c copy -f hls -hls_time 1 -hls_list_size 0 www/old/index.m3u8
sed -i /ENDLIST/d www/old/index.m3u8
expect_exit 3 timeout 20 flu-demux "$at/old/index.m3u8" source_timeout=3
expect_match 'no (answer within|data for) 3 s' "$(cat err)"
expect_eq 0 "$(stat -c %s out)" "bytes of a playlist that is dead"
timeout -s TERM 6 flu-demux "$at/old/index.m3u8" skip_stalled_check=true >taken.mp4 2>taken.log || true
pictures=$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 taken.mp4 | head -n 1)
((pictures >= 50)) || fail "$pictures pictures of the first fetch with skip_stalled_check=true"

# One that lives, behind a redirection and a master playlist.
start packager ffmpeg -nostdin -v error -re -i in.ts -c copy -f hls -hls_time 1 -hls_list_size 4 -hls_flags delete_segments \
    -hls_segment_filename 'www/live/part%d.ts' www/live/index.m3u8
cat >www/live/master.m3u8 <<'M3U'
#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=160x90
missing.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64001f,mp4a.40.2"
index.m3u8?who=me
M3U
wait_for 10 test -s www/live/index.m3u8
start_stream live "$at/moved/index.m3u8" 'user_agent=my player' header.Referer=http://example.com/x
wait_for 30 grep -q plays live.hub.log
wait_for 30 bash -c "ls $FLU_RUN_DIR/live/live/[0-9]*.mp4"
expect_match 'GET /live/part[0-9]*.ts my player http://example.com/x' "$(cat server.log)"
grep -q missing.m3u8 server.log && fail "the worse variant was asked for"
grep -q discontinuity live.ingest.log && fail "$(cat live.ingest.log)"

# What a playlist may not name.
cp in.ts secret.ts
for url in "file://$PWD/secret.ts" "/etc/../$PWD/secret.ts" concat:secret.ts "crypto:file://$PWD/secret.ts"; do
    printf '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n%s\n#EXT-X-ENDLIST\n' "$url" >www/evil.m3u8
    timeout 20 flu-demux "$at/evil.m3u8" >evil.mp4 2>evil.err && fail "$url was opened"
    expect_eq 0 "$(stat -c %s evil.mp4)" "bytes of $url"
done
# Nor may a file that is a playlist open anything.
printf '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n%s\n#EXT-X-ENDLIST\n' "http://127.0.0.1:$(head -n 1 server.log)/from-a-file.ts" >local.m3u8
expect_exit 4 flu-demux local.m3u8
grep -q from-a-file server.log && fail "a file opened a URL"
exit 0
