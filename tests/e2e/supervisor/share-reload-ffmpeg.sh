#!/usr/bin/env bash
# A second stream of a UDP address comes and goes while the first one plays: the first keeps its processes, loses no
# packet and has no discontinuity. So does the second when the first goes, and both over a restart of the supervisor.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq curl

make_media clip.ts 20 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
make_media small.ts 20 -s 160x90 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a mp2 -f mpegts
programs=(-program program_num=21:st=0:st=1 -program program_num=22:st=2:st=3)
ffmpeg -nostdin -v error -i clip.ts -i small.ts -map 0 -map 1 -c copy "${programs[@]}" -f mpegts two.ts
address=127.0.0.1:$(free_port)
one="stream one { url udp://$address program=21; segment_duration 1; }"
two="stream two { url udp://$address program=22; segment_duration 1; }"
configure() { printf '%s\n' "$@" >flu.conf; }
configure "$one"
start sender ffmpeg -nostdin -v error -re -stream_loop -1 -i two.ts -map 0 -c copy "${programs[@]}" -f mpegts \
    "udp://$address?pkt_size=1316"
start_ready supervisor flu-supervisor --config flu.conf

stream() { flu-ctl stream "$1" --json; }
counter_of() { stream "$1" | jq ".units[] | select(.name == \"ingest@$1\") | .counters.$2"; }
pids_of() { jq -r .pid "$FLU_RUN_DIR/units/segment@$1.json" "$FLU_RUN_DIR/units/ingest@$1.json" | xargs; }
lost_of() {  # STREAM: into lost; a program that just began, or a supervisor that did, has no counters to show yet
    lost=$(counter_of "$1" ts.continuity_errors) && [[ $lost =~ ^[0-9]+$ ]]
}
frames_of() { stream "$1" | jq '.units[0].counters.frames // 0'; }
plays() {  # STREAM: its frames go on
    local now before=${frames[$1]:-0}
    now=$(frames_of "$1") && ((now > before + 50)) && frames[$1]=$now
}
declare -A frames=()
untouched() {  # STREAM PIDS ERRORS WHAT
    wait_for 30 plays "$1"
    expect_eq "$2" "$(pids_of "$1")" "processes of $1 after $4"
    wait_for 15 lost_of "$1"
    expect_eq "$3" "$lost" "packets that $1 missed after $4"
    expect_eq 0 "$(stream "$1" | jq '.units[0].counters.discontinuities')" "discontinuities of $1 after $4"
}

wait_for 30 plays one
pids=$(pids_of one)
wait_for 15 lost_of one
configure "$one" "$two"
expect_exit 0 flu-ctl reload --json
expect_eq '[]' "$(jq -c .restarted out)" restarted
wait_for 30 plays two
untouched one "$pids" "$lost" 'another came'
readers() { jq '.units[] | select(.name | startswith("share@")) | .counters.readers | length' "$FLU_RUN_DIR/state/server.json"; }
both_read() { [[ $(readers) == 2 ]]; }
wait_for 15 both_read

# A successor knows that the address is shared, and with whom.
kill_wait supervisor KILL
share=$(jq -r .pid "$FLU_RUN_DIR/units/share@127.0.0.1_${address#*:}.json")
start_ready supervisor flu-supervisor --config flu.conf
configure "$one"
expect_exit 0 flu-ctl reload
untouched one "$pids" "$lost" 'the other left'
kill_wait supervisor KILL
start_ready supervisor flu-supervisor --config flu.conf
untouched one "$pids" "$lost" 'a restart of the supervisor'
expect_eq "$share" "$(jq -r .pid "$FLU_RUN_DIR/units/share@127.0.0.1_${address#*:}.json")" 'the receiver'

configure "$one" "$two"
expect_exit 0 flu-ctl reload
frames[two]=0
wait_for 30 plays two
pids=$(pids_of two)
wait_for 15 lost_of two
configure "$two"
expect_exit 0 flu-ctl reload
untouched two "$pids" "$lost" 'the first left'
