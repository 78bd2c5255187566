#!/usr/bin/env bash
# Two programs of one address: one receiver for both, each stream its own; then the receiver is killed, and a reader
# of nonsense is refused.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe jq curl socat /usr/bin/python3

make_media clip.ts 20 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
make_media small.ts 20 -s 160x90 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a mp2 -f mpegts
programs=(-program program_num=21:st=0:st=1 -program program_num=22:st=2:st=3)
ffmpeg -nostdin -v error -i clip.ts -i small.ts -map 0 -map 1 -c copy "${programs[@]}" -f mpegts two.ts
port=$(free_port)
http=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$http;
stream one { url udp://127.0.0.1:$port program=21; segment_duration 1; }
stream two { url udp://127.0.0.1:$port program=22; segment_duration 1; }
END
expect_match "flu-ingest --share udp://127.0.0.1:$port" "$(flu-ctl --config flu.conf plan)" plan
start sender ffmpeg -nostdin -v error -re -stream_loop -1 -i two.ts -map 0 -c copy "${programs[@]}" -f mpegts \
    "udp://127.0.0.1:$port?pkt_size=1316"
start_ready supervisor flu-supervisor --config flu.conf

playlist() { fetch "http://127.0.0.1:$http/$1/index.m3u8"; }
width_of() {
    ffprobe -v error -select_streams v -show_entries stream=width -of csv=p=0 \
        "http://127.0.0.1:$http/$1/index.m3u8" | grep -o '^[0-9]*' | head -n 1
}
for name in one two; do wait_for 30 playlist "$name"; done
expect_eq 320 "$(width_of one)" 'width of program 21'
expect_eq 160 "$(width_of two)" 'width of program 22'

# Something else than a reader.
socket=$FLU_RUN_DIR/mux/127.0.0.1_$port.sock
expect_eq '' "$(socat -T 5 "UNIX-CONNECT:$socket" STDIO <<<'GET / HTTP/1.0')" 'answer to nonsense'

record=$FLU_RUN_DIR/units/share@127.0.0.1_$port.json
pid=$(jq -r .pid "$record")
readers=$(jq -r .pid "$FLU_RUN_DIR"/units/ingest@*.json | xargs)
kill -KILL "$pid"
is_back() { [[ $(jq -r .pid "$record") != "$pid" ]]; }
wait_for 10 is_back
sequence() { playlist "$1" | sed -n 's/^#EXT-X-MEDIA-SEQUENCE://p'; }
for name in one two; do
    seen=$(sequence "$name")
    goes_on() { (($(sequence "$name") >= seen + 4)); }
    wait_for 30 goes_on
    playlist "$name" | grep -qx '#EXT-X-DISCONTINUITY' && fail "$name: a discontinuity"
done
expect_eq "$readers" "$(jq -r .pid "$FLU_RUN_DIR"/units/ingest@*.json | xargs)" 'the readers live on'
