#!/usr/bin/env bash
# NAME/embed.html in a browser: it plays, says in words what is wrong, and goes on by itself when that is over.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium

make_media clip.ts 10
hub_options=(--segment-duration 1)
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
url=http://127.0.0.1:$web_port

# What it is made of, without the network.
expect_eq 404 "$(http_status "$url/a/cam/embed.html")" 'unknown stream'
page=$(curl -s "$url/a/cam/embed.html")
expect_match '<title>a/cam</title>' "$page"
script=$(grep -oE 'flu/assets/[0-9a-f]{16}/hls.min.js' <<<"$page")
expect_match 'immutable' "$(curl -sI "$url/$script")"
expect_match "default-src 'none'" "$(curl -sI "$url/a/cam/embed.html")"
expect_eq 200 "$(http_status "$url/${script%hls.min.js}hls.js-LICENSE.txt")" 'the licence'
expect_eq 404 "$(http_status "$url/flu/assets/1/embed.htm")" 'another file'
grep -q '://' <<<"$page" && fail 'the page needs another server'

# Opened before the stream is there; then its source goes, and comes back.
open_page "$url/a/cam/embed.html?token=secret" 'say:There is no stream .cam. here' "run:$PWD/started" play:3 \
    'requests:m4s\?token=secret$' "run:$PWD/killed" 'say:source of the stream has stopped' "run:$PWD/again" play:3 &
browser=$!
wait_for 30 test -e started.wanted
start_stream a/cam --loop "file://$PWD/clip.ts"
touch started
wait_for 60 test -e killed.wanted
kill_wait a/cam.ingest KILL
kill_wait a/cam.hub KILL
touch killed
wait_for 60 test -e again.wanted
rm -f a+cam.pipe
start_stream a/cam --loop "file://$PWD/clip.ts"
touch again
wait "$browser" || fail "the page: $(tail -n 3 page.log)"

expect_eq 200 "$(http_status "$url/a/cam/embed.html")" 'known stream'
EMBED_AUTOPLAY=strict open_page "$url/a/cam/embed.html?play_duration=2" play:1 'notice:Stopped after 2 s' still:1 \
    'click:#play' play:1
open_page "$url/a/cam/embed.html?autoplay=false" picture:320 still:1 'click:#play' play:1

# Low latency, by the player module of ours that other sites may have too.
expect_match 'no-cache' "$(curl -sI "$url/flu/assets/FlussonicMsePlayer.js")" 'the module'
EMBED_AUTOPLAY=strict open_page "$url/a/cam/embed.html?realtime=true" play:3
