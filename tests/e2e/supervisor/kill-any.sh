#!/usr/bin/env bash
# ctest: timeout 200
# Streams of every kind of source from one config, and kill -9 of one process after another, of every role, the
# supervisor's too: what was killed resumes within 2 s and its stream's numbers go on; no other stream loses a frame.
# FLU_STREAMS=N, FLU_KILLS=N and FLU_SEED=N choose how many and which, FLU_GAP=SECONDS what a killed one may miss:
# more than 2 s and a GOP only for programs under sanitizers.
. "$(dirname "$0")/../lib.sh"
need ffmpeg python3
port=$(free_port)
udp=$(free_port)
make_media in.ts 60 -c:v libx264 -preset ultrafast -g 25 -b:v 100k -pix_fmt yuv420p -c:a aac -b:a 32k
names=()
{
    echo "http 127.0.0.1:$port;"
    for ((number = 1; number <= ${FLU_STREAMS:-6}; ++number)); do
        case $((number % 4)) in
            0) source=fake://fake ;;
            1) source=udp://239.255.77.9:$udp/127.0.0.1 ;;
            *) source=file://$test_dir/in.ts ;;
        esac
        echo "stream s$number { url $source; segment_duration 1; segments 60; }"
        names+=("s$number")
    done
} >flu.conf
start feeder ffmpeg -nostdin -v error -re -stream_loop -1 -i in.ts -map 0 -c copy -f mpegts \
    "udp://239.255.77.9:$udp?localaddr=127.0.0.1&pkt_size=1316&ttl=0"
seed=${FLU_SEED:-$RANDOM}
echo "seed $seed"
python3 "$e2e_dir/supervisor/kill_fleet.py" flu.conf "$port" "${FLU_KILLS:-9}" "$seed" "${FLU_GAP:-8}" "${names[@]}"
