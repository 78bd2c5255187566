#!/usr/bin/env bash
# MSE-LD with the players that web sites have, as they are on npm, in a browser: play, pause, resume, other tracks,
# a source that restarts with others. And what a WebSocket is refused for.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium ffmpeg

two_videos=(-filter_complex '[0:v]split=2[a][b];[b]scale=160:90[small]' -map '[a]' -map '[small]' -map 1:a -map 1:a
    -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k)
make_media two.ts 10 "${two_videos[@]}"
make_media one.ts 10
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port
start_stream a/cam --loop "file://$PWD/two.ts"

# Not a WebSocket, or not ours.
upgrade=(-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13')
key='Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
wait_for 20 test -S "$FLU_RUN_DIR/live/a+cam/out.sock"
expect_eq 426 "$(http_status "$url/a/cam/mse_ld")" 'no upgrade'
expect_match 'Sec-WebSocket-Version: 13' "$(curl -si "$url/a/cam/mse_ld" "${upgrade[@]:0:4}" \
    -H 'Sec-WebSocket-Version: 8' -H "$key")" 'another version'
expect_eq 400 "$(http_status "$url/a/cam/mse_ld" "${upgrade[@]}" -H 'Sec-WebSocket-Key: x')" 'a bad key'
expect_eq 404 "$(http_status "$url/none/mse_ld" "${upgrade[@]}" -H "$key")" 'no stream'
expect_match 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK[+]xOo=' \
    "$(curl -si -m 2 "$url/a/cam/mse_ld" "${upgrade[@]}" -H "$key" | tr -d '\0' || true)" 'the handshake'

# Where players tell how it went, from pages of other sites too.
expect_eq 200 "$(http_status "$url/a/cam/sessions/0-1?token=x" -X PUT -H 'Content-Type: application/json' -d '{"bytes":1}')"
expect_match 'Allow-Methods: PUT' "$(curl -si -X OPTIONS "$url/a/cam/sessions/0-1")"
expect_eq 405 "$(http_status "$url/a/cam/sessions/0-1")" 'a report is no page'
expect_eq 413 "$(head -c 100000 /dev/zero | http_status "$url/a/cam/sessions/0-1" -X PUT --data-binary @-)"

play_mse() {  # SCRIPT QUERY STEP…
    TMPDIR=$test_dir node "$e2e_dir/clients/mse_player.mjs" "$1" "ws://127.0.0.1:$web_port/a/cam/mse_ld$2" "${@:3}" \
        >player.log 2>&1 || fail "$1: $(tail -n 3 player.log)"
}
steps=(play:2 width:320 'list:v1,v2,a1,a2' active:v1a1 progress tracks:v2a2 width:160 active:v2a2 play:2 pause still:2
    resume play:2)
for version in 19.10.4 24.6.1-2-gd4ac37d; do
    script=$FLU_WEB_CLIENTS/bundles/$version/dist/FlussonicMsePlayer.min.js
    play_mse "$script" '' "${steps[@]}"
done
# As 19 spells it after a restart; later ones write the parameter anew.
play_mse "$FLU_WEB_CLIENTS/bundles/19.10.4/dist/FlussonicMsePlayer.min.js" '?tracks=v2a1from=NaN' play:1 width:160 \
    active:v2a1
own=$FLU_SOURCE/tools/serve/web/FlussonicMsePlayer.js
play_mse "$own" '' play:2 width:320 list:v1,v2,a1,a2 progress tracks:v2a2 width:160 play:1 stop start play:1
