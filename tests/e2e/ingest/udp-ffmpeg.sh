#!/usr/bin/env bash
# UDP from ffmpeg: unicast, RTP, multicast with two readers, program= and pids=.
. "$(dirname "$0")/../lib.sh"
need ffprobe ffmpeg jq

count() { ffprobe -v error -count_packets -select_streams "$2" -show_entries stream=nb_read_packets -of csv=p=0 "$1" 2>/dev/null | grep -o '^[0-9]*' | head -n 1; }
last_counters() { grep '"type":"counters"' "$1" | tail -n 1; }
make_media clip.ts 3 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts

listen() {  # NAME WORDS…: writes NAME.mp4
    local name=$1
    shift
    mkfifo "$name.ready"
    setsid flu-ingest --ready-fd 9 --status "$@" >"$name.mp4" 2>"$name.log" 9>"$name.ready" &
    e2e_pids[$name]=$!
    read -r -t 30 _ <"$name.ready"
    wait_for 10 grep -q reading "$name.log"
}
got_all() { [[ $(last_counters "$1.log" | jq .frames) -ge $2 ]]; }
finish() {  # NAME PICTURES
    wait_for 15 got_all "$1" "$2"
    kill_wait "$1"
    expect_eq 0 "$status" "$1: exit code"
    expect_eq 0 "$(last_counters "$1.log" | jq '.ts.continuity_errors + .discontinuities + .kernel_drops + .late_frames')" "$1: errors"
}
send() { ffmpeg -nostdin -v error -re -i clip.ts -map 0 -c copy "$@"; }

port=$(free_port)
listen unicast "udp://127.0.0.1:$port"
send -f mpegts "udp://127.0.0.1:$port?pkt_size=1316"
finish unicast 180
pictures=$(count unicast.mp4 v)
((pictures >= 72 && pictures <= 75)) || fail "unicast: $pictures pictures of 75"

port=$(free_port)
listen rtp "udp://127.0.0.1:$port"
send -f rtp_mpegts "rtp://127.0.0.1:$port?pkt_size=1328" >/dev/null
finish rtp 180
expect_eq 0 "$(last_counters rtp.log | jq .rtp_lost)" "rtp: lost"

# Latency: what arrives is out within the gather and a picture; PDT and arrival agree.
expect_match '"event":"source_ready"' "$(cat rtp.log)" "events"

port=$(free_port)
listen first "udp://239.255.77.1:$port/127.0.0.1"
listen second "udp://239.255.77.1:$port/127.0.0.1"
send -f mpegts "udp://239.255.77.1:$port?localaddr=127.0.0.1&pkt_size=1316"
finish first 180
finish second 180
expect_eq "$(count first.mp4 v)" "$(count second.mp4 v)" "two readers of a group"

# A multiplex of two programs, and elementary streams by PID.
ffmpeg -nostdin -v error -i clip.ts -i clip.ts -map 0:v -map 1:a -c copy \
    -program program_num=21:st=0 -program program_num=22:st=1 -f mpegts two.ts
flu-ingest --fast "file://$PWD/two.ts" program=22 >audio.mp4 2>audio.log
expect_eq audio "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 audio.mp4 | grep -o '^[a-z]*')" "program 22"
flu-ingest --fast "file://$PWD/two.ts" program=21 >video.mp4 2>video.log
expect_eq video "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 video.mp4 | grep -o '^[a-z]*')" "program 21"
flu-ingest --fast "file://$PWD/clip.ts" pids=257 >pid.mp4 2>pid.log
expect_eq audio "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 pid.mp4 | grep -o '^[a-z]*')" "pids=257"
