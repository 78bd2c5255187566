#!/usr/bin/env bash
# flu-ctl switch-source: the source that an operator names plays until it ends, though a better one is there.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq python3

make_media first.ts 10 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
make_media second.ts 10 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -s 256x144 -c:a aac -f mpegts
cat >flu.conf <<END
stream cam { url file://$PWD/first.ts; url file://$PWD/second.ts; segments 50; segment_duration 1; frames_timeout 5; }
stream other { url fake://fake; }
END
start_ready supervisor flu-supervisor --config flu.conf

plays() { flu-ctl stream cam --json | jq -e --arg url "$1" '.units[] | select(.counters.url == $url and .counters.bitrate > 0)'; }
wait_for 30 plays "file://$PWD/first.ts"
expect_exit 0 flu-ctl switch-source cam "file://$PWD/second.ts"
wait_for 30 plays "file://$PWD/second.ts"
expect_match 'source_switch.*second.ts' "$(flu-ctl events --last 50)"
width() { flu-ctl stream cam --json | jq -e --argjson width "$1" '.media_info.width == $width'; }
wait_for 20 width 256
expect_exit 1 flu-ctl switch-source cam file:///nowhere.ts
expect_match "has no source file:///nowhere.ts" "$(<err)"
expect_exit 1 flu-ctl switch-source nobody fake://fake
expect_exit 2 flu-ctl switch-source cam
expect_exit 0 flu-ctl switch-source cam "file://$PWD/first.ts"
wait_for 30 plays "file://$PWD/first.ts"
list() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" list "$FLU_RUN_DIR/live/cam" >list; }
has_breaks() { list && (($(awk 'NR > 1 && $3 % 2 == 1' list | wc -l) == $1)); }
wait_for 20 has_breaks 2  # of two switches
