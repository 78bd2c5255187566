#!/usr/bin/env bash
# ctest: timeout 150
# A source that is silent for longer than players have buffered, twice: behind it is another Period, and dash.js and
# Shaka Player, which have stood, play it.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need ffmpeg chromium
need_web_clients

make_media clip.ts 60 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
start_ready hub flu-segment --no-stdin --segment-duration 1 --segments 6 cam
begin() { start source flu-ingest --to cam --loop "file://$PWD/clip.ts"; }
begin
start_ready web flu-serve --http 127.0.0.1:0 --workers 2
url=http://127.0.0.1:$web_port/cam
mpd() { fetch "$url/index.mpd"; }
has_delay() { mpd | grep -q 'suggestedPresentationDelay="PT3'; }
wait_for 40 has_delay

players=(dashjs shaka)
for player in "${players[@]}"; do
    TMPDIR=$test_dir start "$player" node "$e2e_dir/clients/watch.mjs" "$player" "$url/index.mpd" 50
done
for player in "${players[@]}"; do wait_for 30 grep -q 'first picture' "$player.log"; done
periods() { mpd | grep -c '<Period'; }
has_periods() { [[ $(periods) == "$1" ]]; }
for _ in 1 2; do
    wait_for 20 has_periods 1
    kill -STOP "$(pid_of source)"
    sleep 7  # how long it is away
    kill_wait source KILL
    begin
    wait_for 20 has_periods 2
    new_period=$(mpd | sed '1,/<\/Period>/d')
    expect_match '<S t="[0-9]+" d="90000" r="[2-9]"/>' "$new_period" 'what is listed behind the break at once'
done
for player in "${players[@]}"; do
    wait_exit "$player"
    expect_eq 0 "$status" "$(cat "$player.log")"
done
