#!/usr/bin/env bash
# A live MPD followed by a strict reader while the source changes its picture, the source is started anew and the hub is
# killed: what was told stays true, and each segment is what its timeline says.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg /usr/bin/python3
need_web_clients

make_media cam.ts 12 -map 0:v -map 0:v -map 1:a -map 1:a -c:v libx264 -preset ultrafast -bf 2 -g 25 -keyint_min 25 -sc_threshold 0 \
    -pix_fmt yuv420p -s:v:1 160x90 -c:a aac -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra
make_media large.ts 12 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -s 640x360 -c:a aac
start_ready hub flu-segment --no-stdin --segment-duration 1 --segments 8 a/b
start source flu-ingest --to a/b --loop "file://$PWD/cam.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 2
url=http://127.0.0.1:$web_port/a/b
wait_for 30 fetch "$url/index.mpd"
three_segments() { (($(fetch "$url/tracks-v1/index.fmp4.m3u8" | grep -c '\.m4s$') >= 3)); }
wait_for 30 three_segments

mpd=$(fetch "$url/index.mpd")
expect_eq 3 "$(grep -c '<AdaptationSet' <<<"$mpd")" 'two pictures to switch between, two sounds'
expect_match 'id="v1".*width="320".*frameRate="25"' "$mpd"
expect_match 'id="v2".*width="160"' "$mpd"
expect_match 'lang="en".*lang="fr"' "$mpd"
expect_eq 1 "$(fetch "$url/tracks-v1/index.mpd" | grep -c '<Representation')"
expect_match 'v1/init-[0-9a-f]*\.mp4\?token=x"' "$(fetch "$url/rewind-7200.mpd?token=x")"
expect_eq 304 "$(http_status "$url/index.mpd" -H "If-None-Match: $(curl -sI "$url/index.mpd" | tr -d '\r' | sed -n 's/^ETag: //p')")" \
    'asked again at once'
expect_eq 404 "$(http_status "$url/tracks-v1/158741550000000.m4s")"
expect_eq 404 "$(http_status "$url/other.mpd")"
wrong_by=$(node -e 'fetch(process.argv[1]).then((r) => r.text()).then((text) => console.log(Math.abs(Date.now() - Date.parse(text))))' \
    "http://127.0.0.1:$web_port/flu/time")
expect_match '^[0-9]{1,4}$' "$wrong_by" 'milliseconds that the clock of players is wrong by'

start check node "$e2e_dir/clients/mpd_check.mjs" "$url/index.mpd" 16 periods=2 holes=12
wait_for 5 grep -q . /proc/"$(pid_of check)"/cmdline
newest() { fetch "$url/index.mpd" | grep -oE 't="[0-9]+"' | tail -n 1; }
later() { [[ $(newest) != "$1" ]]; }
kill_wait source
start source flu-ingest --to a/b --loop "file://$PWD/cam.ts"
wait_for 20 later "$(newest)"
kill_wait hub KILL
start_ready hub2 flu-segment --no-stdin --segment-duration 1 --segments 8 a/b
wait_for 20 later "$(newest)"
kill_wait source
start source flu-ingest --to a/b --loop "file://$PWD/large.ts"
large() { fetch "$url/index.mpd" | grep -q 'width="640"'; }
wait_for 20 large
wait_exit check
expect_eq 0 "$status" "$(cat check.log)"

# `dash off`.
mkdir -p "$FLU_RUN_DIR/conf"
echo '{"streams": [{"name": "a/b", "dash_off": true}]}' >"$FLU_RUN_DIR/conf/serve.json"
is_refused() { [[ $(http_status "$url/index.mpd") == 403 ]]; }
wait_for 10 is_refused
expect_eq 200 "$(http_status "$url/index.m3u8")"
