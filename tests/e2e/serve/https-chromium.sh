#!/usr/bin/env bash
# NAME/embed.html in a browser over https, led there from http: by hls.js, and by MSE-LD over wss.
# ctest: timeout 120
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium openssl jq
. "$e2e_dir/tls/certificates.bash"

make_media clip.ts 10
hub_options=(--segment-duration 1)
start_stream cam --loop "file://$PWD/clip.ts"
mkdir tls
cp good.pem tls/flu.crt
cp good.key tls/flu.key
start_ready web flu-serve --http 127.0.0.1:0 --https 127.0.0.1:0 --workers 1 --tls-dir "$PWD/tls"
secure=$(jq '.listen[] | select(.proto == "https") | .port' <<<"$web_ready")
EMBED_SPKI=$(openssl x509 -in good.pem -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
export EMBED_SPKI
wait_for 20 fetch "http://127.0.0.1:$web_port/cam/index.m3u8"
open_page "http://127.0.0.1:$web_port/cam/embed.html" play:2 "requests:^https://127.0.0.1:$secure/.*m4s$"
open_page "http://127.0.0.1:$web_port/cam/embed.html?realtime=true" play:2 "requests:^wss://127.0.0.1:$secure/cam/mse_ld"
