#!/usr/bin/env bash
# --to: waits for the hub, begins with a key frame, and connects again when the hub went away.
. "$(dirname "$0")/../lib.sh"
need ffprobe socat jq

mkdir -p "$FLU_RUN_DIR/live/cam+1"
sock=$FLU_RUN_DIR/live/cam+1/in.sock
start producer flu-ingest --status --to cam/1 fake://fake
wait_for 10 grep -q 'waiting for the hub' producer.log

for pass in 1 2; do
    start "hub$pass" socat -u "UNIX-LISTEN:$sock,unlink-early" "CREATE:got$pass.mp4"
    enough() { [[ -s got$pass.mp4 && $(stat -c %s "got$pass.mp4") -gt 200000 ]]; }
    wait_for 20 enough
    kill_wait "hub$pass" KILL
    first=$(ffprobe -v error -select_streams v -show_entries packet=flags -of csv=p=0 "got$pass.mp4" 2>/dev/null | sed -n 1p)
    expect_match '^K' "$first" "first picture of connection $pass"
done
expect is_running producer
wait_for 5 grep -q 'connecting again' producer.log
kill_wait producer
expect_eq 0 "$status" "exit code"
