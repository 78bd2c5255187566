#!/usr/bin/env bash
# Another program takes over under clients of https and of MSE-LD: no handshake and no kept connection fails; a WebSocket
# goes on with the generation that it came to, and is closed so that players come back.
# ctest: timeout 120
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium jq openssl python3
. "$e2e_dir/tls/certificates.bash"
export SSL_CERT_FILE=$PWD/ca.pem

make_media clip.ts 10
start_stream demo --loop "file://$PWD/clip.ts"
mkdir tls
cp good.pem tls/flu.crt
cp good.key tls/flu.key
start_ready web flu-serve --http 127.0.0.1:0 --https 127.0.0.1:0 --workers 2 --tls-dir "$PWD/tls" --status
secure=localhost:$(jq '.listen[] | select(.proto == "https") | .port' <<<"$web_ready")
wait_for 20 fetch "http://127.0.0.1:$web_port/demo/index.m3u8"
has_told() { (($(grep -c '"serve_upgraded"' web.log) >= $1)); }
upgrade() { kill -USR2 "$(pid_of web)" && wait_for 20 has_told "$1"; }

start load python3 "$e2e_dir/clients/short_load.py" "https://$secure/demo/index.m3u8" report
start watch python3 "$e2e_dir/clients/ws_watch.py" "wss://$secure/demo/mse_ld"
MSE_RECONNECT=yes TMPDIR=$test_dir node "$e2e_dir/clients/mse_player.mjs" \
    "$FLU_WEB_CLIENTS/bundles/19.10.4/dist/FlussonicMsePlayer.min.js" "ws://127.0.0.1:$web_port/demo/mse_ld" \
    play:1 "run:$PWD/first" play:1 "run:$PWD/second" play:1 >player.log 2>&1 &
player=$!
wait_for 40 test -e first.wanted
wait_for 10 grep -q media watch.log
upgrade 1
touch first
wait_for 40 test -e second.wanted
expect is_running watch
upgrade 2  # two generations at most: that of the WebSockets ends
wait_exit watch
expect_eq 'closed 1000 the server is replaced' "$(tail -n 1 watch.log)"
touch second
wait "$player" || fail "the player: $(tail -n 3 player.log)"
kill_wait load
expect_eq 0 "$(jq .failed report)" "failed of $(<report)"
(($(jq .answers report) > 20)) || fail "too few answers: $(<report)"

# Whoever is there when the server stops is told as well.
start last python3 "$e2e_dir/clients/ws_watch.py" "ws://127.0.0.1:$web_port/demo/mse_ld"
wait_for 10 grep -q media last.log
kill_wait web
wait_exit last
expect_match '^closed 1000 ' "$(tail -n 1 last.log)" 'at the end of the server'
