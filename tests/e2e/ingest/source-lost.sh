#!/usr/bin/env bash
# A source that falls silent: source_timeout, the next source, --retry-limit.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq

make_media clip.ts 2 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -f mpegts

# Nobody sends: three attempts, then exit 3.
expect_exit 3 flu-ingest --retry-limit 3 "udp://127.0.0.1:$(free_port)" source_timeout=0.3
expect_match 'no frames for 0.3 s' "$(cat err)"
expect_match 'no frames after 3 attempts' "$(cat err)"

# The next source plays when the first is silent; the first is lost and comes again.
port=$(free_port)
start failover flu-ingest --status "udp://127.0.0.1:$port" source_timeout=1 "file://$PWD/clip.ts"
wait_for 20 grep -aq 'reading file://' failover.log
wait_for 20 grep -aq 'source_ready.*clip.ts' failover.log
wait_for 20 grep -aq 'source_lost.*clip.ts.*it ended\|source_lost.*it ended.*clip.ts' failover.log
start sender ffmpeg -nostdin -v error -re -stream_loop -1 -i clip.ts -c copy -f mpegts "udp://127.0.0.1:$port?pkt_size=1316"
wait_for 30 grep -aq "source_ready.*127.0.0.1:$port" failover.log
kill_wait sender KILL
wait_for 20 grep -aq "source_lost.*no frames for 1 s" failover.log
expect is_running failover
kill_wait failover
expect_eq 0 "$status" "exit code after SIGTERM"
