#!/usr/bin/env bash
# A source that is away for some seconds: the MPD's timeline has no hole, and dash.js, which looks the next segment up by
# where the one before ends, plays on behind it.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg chromium
need_web_clients

make_media clip.ts 30 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
start_ready hub flu-segment --no-stdin --segment-duration 2 --segments 6 cam
start source flu-ingest --to cam --loop "file://$PWD/clip.ts"
start_ready web flu-serve --http 127.0.0.1:0 --workers 2
url=http://127.0.0.1:$web_port/cam
long_enough() { fetch "$url/index.mpd" | grep -q 'suggestedPresentationDelay="PT6'; }
wait_for 40 long_enough

TMPDIR=$test_dir start player node "$e2e_dir/clients/watch.mjs" dashjs "$url/index.mpd" 35
wait_for 30 grep -q 'first picture' player.log
kill_wait source KILL
source_is_gone() { grep -q 'the producer left' hub.log; }
wait_for 10 source_is_gone
sleep 2.5  # how long it is away
start source flu-ingest --to cam --loop "file://$PWD/clip.ts"
has_hole() { fetch "$url/index.mpd" | grep -qE 'maxSegmentDuration="PT([3-9]|2\.[1-9])'; }
wait_for 20 has_hole
expect_eq 2 "$(fetch "$url/index.mpd" | grep -c '<S t=')" 'one run of segments in each track'
wait_exit player
expect_eq 0 "$status" "$(cat player.log)"
