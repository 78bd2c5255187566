#!/usr/bin/env bash
# Live MPEG-DASH in players, a discontinuity of the source on the way: dash.js and Shaka Player neither stall nor jump over a
# gap; ffmpeg and VLC play it too.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg
need_web_clients

make_media clip.ts 10 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
hub_options=(--segment-duration 2 --segments 6)
start_stream cam --loop "file://$PWD/clip.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 2
url=http://127.0.0.1:$web_port/cam
wait_for 30 fetch "$url/index.mpd"
long_enough() { fetch "$url/index.mpd" | grep -q 'timeShiftBufferDepth="PT1'; }
wait_for 30 long_enough
(play_ffmpeg "$url/index.mpd" 5)
play_dash dashjs "$url/index.mpd" 14 &
dashjs=$!
(cd "$(mktemp -d "$PWD/shaka.XXXXXX")" && play_dash shaka "$url/index.mpd" 14)
wait "$dashjs" || fail 'dash.js'
play_vlc "$url/index.mpd" 6
