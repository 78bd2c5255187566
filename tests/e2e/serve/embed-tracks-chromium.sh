#!/usr/bin/env bash
# NAME/embed.html while the sound of a stream goes and comes: browsers' players keep to the kinds of track with which
# they began, so the page begins anew just there.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium

make_media both.ts 20
make_media silent.ts 20 -an -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
port=$(free_port)
hub_options=(--segment-duration 1)
start_stream cam "udp://127.0.0.1:$port"
start_lying sender both.ts "udp://127.0.0.1:$port" --seconds 60 9:file:silent.ts 19:file:both.ts

wait_for 30 fetch "http://127.0.0.1:$web_port/cam/index.m3u8"
open_page "http://127.0.0.1:$web_port/cam/embed.html" play:1 smooth:24 'requests:tracks-v1/.*m4s'
