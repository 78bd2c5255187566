# shellcheck shell=bash
# How far the sound is from the picture, as a decoder finds it. Sourced behind lib.sh.
#
#   make_flash OUT [FFMPEG OUTPUT OPTIONS…]   30 s with a white picture and a tone at the same instant each second
#   check_sync URL MAX                        of the media playlist at URL, each stretch between discontinuities by
#                                             itself: fails where the tones are more than MAX ms off; leaves the number
#                                             of stretches in `stretches` and of flashes in `flashes`
need ffmpeg

make_flash() {
    local out=$1 key
    shift
    key=$FLU_BUILD/tests/media/flash.$(printf '%s\n' "$@" | sha256sum | cut -c1-16).ts
    mkdir -p "${key%/*}"
    (
        flock 9
        [[ -s $key ]] || {
            ffmpeg -nostdin -v error -y -f lavfi -i 'color=black:size=320x180:rate=25,format=yuv420p,geq=lum=if(lt(mod(T\,1)\,0.2)\,235\,16):cb=128:cr=128' \
                -f lavfi -i 'aevalsrc=if(lt(mod(t\,1)\,0.2)\,0.5*sin(2*PI*1000*t)\,0):s=48000' -t 30 \
                -c:v libx264 -preset ultrafast -g 25 "$@" "$key.new.ts" && mv "$key.new.ts" "$key"
        }
    ) 9>"$key.lock"
    cp "$key" "$out"
}

# Prints how far the tones are behind their flashes, as median in ms, and of how many; nothing where there are none. A
# single one may be off where loss has damaged the picture.
measure_sync() {
    ffmpeg -nostdin -v info -copyts -i "$1" -an -vf blackdetect=d=0.3:pix_th=0.5:pic_th=0.9 -f null - 2>&1 |
        grep -o 'black_end:[0-9.]*' | cut -d: -f2 >flashes.txt
    ffmpeg -nostdin -v info -copyts -i "$1" -vn -af silencedetect=n=-20dB:d=0.3 -f null - 2>&1 |
        grep -o 'silence_end: [0-9.]*' | cut -d' ' -f2 >tones.txt
    /usr/bin/python3 - <<'PYTHON'
import statistics
# The last of each may be the end of the file.
flashes = [float(line) for line in open("flashes.txt")][:-1]
tones = [float(line) for line in open("tones.txt")][:-1]
near = [min((tone - flash for tone in tones), key=abs, default=9) for flash in flashes]
near = [round(off * 1000) for off in near if abs(off) < 0.5]
if near:
    print(int(statistics.median(near)), len(near))
PYTHON
}

check_stretch() {  # MAX
    local off count
    [[ -s stretch.ts ]] || return 0
    read -r off count <<<"$(measure_sync stretch.ts)"
    echo "stretch $stretches: ${count:-0} flashes, the tone ${off:-?} ms behind"
    if [[ -n $off ]]; then
        flashes=$((flashes + count))
        ((off >= -$1 && off <= $1)) || fail "stretch $stretches: the tone is $off ms behind the flash"
    fi
    stretches=$((stretches + 1))
    : >stretch.ts
}

check_sync() {
    local line
    stretches=0 flashes=0
    fetch "$1" >sync.m3u8
    : >stretch.ts
    while read -r line; do
        case $line in
            '#EXT-X-DISCONTINUITY') check_stretch "$2" ;;
            '#'*) ;;
            ?*) fetch "${1%/*}/$line" >>stretch.ts ;;
        esac
    done <sync.m3u8
    check_stretch "$2"
}
