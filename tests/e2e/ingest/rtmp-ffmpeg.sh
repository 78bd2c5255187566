#!/usr/bin/env bash
# RTMP from a server, with the application told by the first segment of the path or by a double slash.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

make_media in.flv 4 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
serve() {  # PORT: for one player; ffmpeg takes the application from its own URL and the stream's name as it comes
    start "server$1" ffmpeg -nostdin -v info -re -i in.flv -c copy -f flv -listen 1 "rtmp://127.0.0.1:$1/live/cam"
    wait_for 10 bash -c "ss -Htln sport = :$1 | grep -q LISTEN"
}

port=$(free_port)
serve "$port"
start_stream one "rtmp://127.0.0.1:$port/live/cam"
wait_for 20 grep -q 'plays' one.hub.log
wait_for 20 test -s "$FLU_RUN_DIR/live/one/cur.mp4"
# The server ends; the source is lost and tried again.
wait_for 20 grep -q 'refused' one.ingest.log
kill_wait one.ingest
init=$(find "$FLU_RUN_DIR/live/one" -name 'init-*.mp4' | head -n 1)
expect_eq "h264,aac" "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$init" | paste -sd ,)" tracks

# Pictures in their order, all that the server sends.
port=$(free_port)
serve "$port"
timeout 20 flu-demux "rtmp://127.0.0.1:$port/live//cam" >out.mp4 2>err || true
expect_match 'the connection was closed' "$(cat err)"
expect_eq 100 "$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 out.mp4 | head -n 1)" pictures
ffmpeg -nostdin -v error -i out.mp4 -f null - 2>decode.log
expect_eq "" "$(cat decode.log)" "complaints of the decoder"
