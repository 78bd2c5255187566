#!/usr/bin/env bash
# thumbnails in the config: preview.jpg and preview.mjpeg, in curl and Chromium; on demand; turned on and off by a reload.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need curl ffmpeg ffprobe jq
need_web_clients
need chromium

make_media clip.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -an
port=$(free_port)
url=http://127.0.0.1:$port
write_conf() {  # OPTION-OF-cam OPTION-OF-asked
    cat >flu.conf <<CONF
http 127.0.0.1:$port;
stream cam { url file://$PWD/clip.ts; segment_duration 1; $1 }
stream asked { url file://$PWD/clip.ts; segment_duration 1; $2 }
stream plain { url file://$PWD/clip.ts; segment_duration 1; }
ondemand sleeper { url file://$PWD/clip.ts; thumbnails; }
stream empty { thumbnails; }
CONF
}
write_conf 'thumbnails;' 'thumbnails enabled=ondemand;'
start supervisor flu-supervisor --config flu.conf
picture() { fetch "$url/$1/preview.jpg" -D headers -o "$1.jpg"; }
wait_for 40 picture cam
expect_match '^mjpeg,320,180' "$(ffprobe -v error -show_entries stream=codec_name,width,height -of csv=p=0 cam.jpg)"
expect_match 'Content-Type: image/jpeg' "$(cat headers)"
expect_match 'Cache-Control: public, max-age=1' "$(cat headers)"
expect_match 'Last-Modified: [A-Z][a-z]{2}, [0-9]{2} ' "$(cat headers)"
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' headers)
changed() { [[ $(http_status "$url/cam/preview.jpg" -H "If-None-Match: $etag") == 200 ]]; }
expect_match '^(304|200)$' "$(http_status "$url/cam/preview.jpg" -H "If-None-Match: $etag")"
wait_for 20 changed
expect_match 'image/jpeg' "$(curl -sI "$url/cam/preview.jpg")" HEAD

# Where there is none, the answer says why; pictures start no stream.
expect_eq 404 "$(http_status "$url/nobody/preview.jpg")"
expect_match "no.*'thumbnails'" "$(curl -s "$url/plain/preview.jpg")"
expect_eq 404 "$(http_status "$url/plain/preview.mjpeg")"
expect_eq 503 "$(http_status "$url/sleeper/preview.jpg")"
expect_eq idle "$(flu-ctl stream sleeper --json | jq -r .state)"
http_status "$url/empty/preview.jpg" >empty.status &
empty=$!

# On demand: nothing is made until somebody looks, who waits for it.
[[ -e $FLU_RUN_DIR/live/asked/preview.jpg ]] && fail 'made before anybody asked'
expect_eq 200 "$(http_status "$url/asked/preview.jpg")" 'on demand'

# Without end: parts that end before the next boundary, whole JPEGs, and a viewer in the sessions.
curl -sN --max-time 6 "$url/cam/preview.mjpeg" -D mjpeg.headers >mjpeg.parts &
reader=$!
is_session() { flu-ctl --json sessions | grep -q '"mjpeg"'; }
wait_for 10 is_session
wait "$reader" || true
expect_match 'multipart/x-mixed-replace; boundary=flu-picture' "$(cat mjpeg.headers)"
/usr/bin/python3 - <<'PY' || fail 'the parts of preview.mjpeg'
data = open("mjpeg.parts", "rb").read()
assert data.startswith(b"--flu-picture\r\n")
parts = data.split(b"\r\n--flu-picture\r\n")
assert len(parts) > 2 and parts[-1] == b"", (len(parts), parts[-1][:40])
parts[0] = parts[0][len(b"--flu-picture\r\n"):]
for part in parts[:-1]:
    head, picture = part.split(b"\r\n\r\n", 1)
    assert head == b"Content-Type: image/jpeg\r\nContent-Length: %d" % len(picture), head
    assert picture.startswith(b"\xff\xd8\xff") and picture.endswith(b"\xff\xd9")
PY
expect_match '^320x180$' "$(TMPDIR=$test_dir node "$e2e_dir/clients/mjpeg_page.mjs" "$url/cam/preview.mjpeg" 3 2>browser.log)" \
    "<img> in Chromium: $(cat browser.log)"

wait "$empty" || true
expect_eq 503 "$(cat empty.status)" 'a stream without a picture yet'

# What runs is seen, and what is switched off is gone.
expect_eq running "$(flu-ctl --json status | jq -r '.units[] | select(.name == "thumb") | .state')"
thumb=$(flu-ctl --json status | jq '.units[] | select(.name == "thumb") | .pid')
write_conf '' 'thumbnails;'
flu-ctl --config flu.conf reload >/dev/null
is_off() { [[ $(http_status "$url/cam/preview.jpg") == 404 ]]; }
wait_for 10 is_off
expect_eq 200 "$(http_status "$url/asked/preview.jpg")" 'the other'
expect_eq "$thumb" "$(flu-ctl --json status | jq '.units[] | select(.name == "thumb") | .pid')" 'flu-thumb'
# It is one of the programs that are started again.
kill -KILL "$thumb"
again() { [[ $(flu-ctl --json status | jq '.units[] | select(.name == "thumb") | .pid') != "$thumb" ]] && picture asked; }
wait_for 20 again
