#!/usr/bin/env bash
# A white picture and a tone at the same instant each second stay within 40 ms of each other, as decoded from HLS,
# through jumps, bursts of loss and a restart of the source.
. "$(dirname "$0")/../lib.sh"
need ffmpeg

clip=$FLU_BUILD/tests/media/flash.ts
mkdir -p "${clip%/*}"
(
    flock 9
    [[ -s $clip ]] || {
        ffmpeg -nostdin -v error -y -f lavfi -i 'color=black:size=320x180:rate=25,format=yuv420p,geq=lum=if(lt(mod(T\,1)\,0.2)\,235\,16):cb=128:cr=128' \
            -f lavfi -i 'aevalsrc=if(lt(mod(t\,1)\,0.2)\,0.5*sin(2*PI*1000*t)\,0):s=48000' -t 30 \
            -c:v libx264 -preset ultrafast -bf 2 -g 25 -c:a aac -b:a 96k "$clip.new.ts" && mv "$clip.new.ts" "$clip"
    }
) 9>"$clip.lock"

# Prints how far the tones are behind their flashes, as median in ms, and of how many; nothing where there are none. A
# single one may be off where loss has damaged the picture.
measure() {
    ffmpeg -nostdin -v info -copyts -i "$1" -an -vf blackdetect=d=0.3:pix_th=0.5:pic_th=0.9 -f null - 2>&1 |
        grep -o 'black_end:[0-9.]*' | cut -d: -f2 >flashes
    ffmpeg -nostdin -v info -copyts -i "$1" -vn -af silencedetect=n=-20dB:d=0.3 -f null - 2>&1 |
        grep -o 'silence_end: [0-9.]*' | cut -d' ' -f2 >tones
    /usr/bin/python3 - <<'PYTHON'
import statistics
# The last of each may be the end of the file.
flashes = [float(line) for line in open("flashes")][:-1]
tones = [float(line) for line in open("tones")][:-1]
near = [min((tone - flash for tone in tones), key=abs, default=9) for flash in flashes]
near = [round(off * 1000) for off in near if abs(off) < 0.5]
if near:
    print(int(statistics.median(near)), len(near))
PYTHON
}

hub_options=(--segment-duration 1 --segments 60)
port=$(free_udp_port)
start_stream demo "udp://127.0.0.1:$port"
wait_for 20 grep -q reading demo.ingest.log
start_ready web flu-serve --http 127.0.0.1:0 --workers 1
start_lying sender "$clip" "udp://127.0.0.1:$port" --seconds 14 3k:jump:50 4:loss:2:5 7k:jump:-80 8:mute:1 10:loss:2:5
wait_exit sender
# The encoder starts again: other times, another beginning.
start_lying sender "$clip" "udp://127.0.0.1:$port" --seconds 6 --start 4000 0:mute:0.3
wait_exit sender
segments() { fetch "http://127.0.0.1:$web_port/demo/index.m3u8" | grep -v '^#'; }
is_all() { (($(segments | wc -l) >= 16)); }
wait_for 10 is_all

# Each stretch between discontinuities by itself: its times are its own.
measured=0 number=0
: >stretch.ts
check() {
    [[ -s stretch.ts ]] || return 0
    local off count
    read -r off count <<<"$(measure stretch.ts)"
    echo "stretch $number: ${count:-0} flashes, the tone ${off:-?} ms behind"
    if [[ -n $off ]]; then
        measured=$((measured + count))
        ((off >= -40 && off <= 40)) || fail "stretch $number: the tone is $off ms behind the flash"
    fi
    number=$((number + 1))
    : >stretch.ts
}
fetch "http://127.0.0.1:$web_port/demo/index.m3u8" >list.m3u8
while read -r line; do
    case $line in
        '#EXT-X-DISCONTINUITY') check ;;
        '#'*) ;;
        ?*) fetch "http://127.0.0.1:$web_port/demo/$line" >>stretch.ts ;;
    esac
done <list.m3u8
check
((number >= 4)) || fail "$number stretches: wanted one for each jump and restart"
((measured >= 8)) || fail "only $measured flashes with their tones were found"
