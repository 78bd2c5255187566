#!/usr/bin/env bash
# hls.js and the player page in a browser play a program of three pictures and two languages, and go over from one to
# the other.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg
. "$e2e_dir/serve/three_pictures.bash"

# Levels are in the order of their bit rates.
play_browser "$url/index.m3u8" 2 level:0 audio:1 level:2
play_browser "$url/index.fmp4.m3u8" 2 level:0 audio:1 level:2
open_page "$url/embed.html?token=secret" play:3 'requests:tracks-v[123]/.*m4s\?token=secret$' \
    'requests:tracks-a1/.*m4s\?token=secret$'
