#!/usr/bin/env bash
# Timestamps that jump are one discontinuity, and the 33-bit wrap is none; no frame is lost over either.
. "$(dirname "$0")/../lib.sh"
need ffprobe ffmpeg

codec=(-c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts)
count() { ffprobe -v error -count_packets -select_streams "$2" -show_entries stream=nb_read_packets -of csv=p=0 "$1" 2>/dev/null | grep -o '^[0-9]*' | head -n 1; }
dts() { ffprobe -v error -select_streams "$2" -show_entries packet=dts -of csv=p=0 "$1" | cut -d, -f1 | grep .; }
steady() {  # FILE MAX: rising, no further apart than MAX ticks
    dts "$1" v | awk -v max="$2" 'NR > 1 && ($1 <= last || $1 - last > max) {print NR, $1 - last; bad = 1} {last = $1} END {exit bad}'
}

# 95443.7 s: where 33 bits at 90 kHz begin again.
make_media wrap.ts 4 "${codec[@]}" -output_ts_offset 95440
flu-ingest --fast "file://$PWD/wrap.ts" >wrap.mp4 2>wrap.log
grep discontinuity wrap.log && fail "a wrap is no discontinuity"
expect_eq 100 "$(count wrap.mp4 v)" "pictures over the wrap"
expect steady wrap.mp4 3600

make_media base.ts 3 "${codec[@]}"
for offset in 13 93600 95430; do  # 10 s on, 26 h on, and back over the wrap: 26.5 h less 16 s
    make_media jump.ts 3 "${codec[@]}" -output_ts_offset "$offset"
    cat base.ts jump.ts base.ts >both.ts
    flu-ingest --fast "file://$PWD/both.ts" >both.mp4 2>both.log
    expect_eq 2 "$(grep -c 'discontinuity: timestamps jumped' both.log)" "discontinuities of a jump by $offset s and back"
    # The picture whose end only the next one shows may be cut by the join.
    pictures=$(count both.mp4 v)
    ((pictures >= 223)) || fail "offset $offset: $pictures pictures of 225"
    expect steady both.mp4 9000
done

# As MPEG-TS: the new time base is told on the first packet of each PID, with a PCR on the pictures' (ISO 13818-1 2.4.3.5).
flu-ingest --fast --format ts "file://$PWD/both.ts" >both_out.ts 2>both.log
/usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_tables.py" dump both_out.ts >dump
grep lost dump && fail "counters break without a word"
expect_eq 2 "$(grep -c '^discontinuity pid=0x100 pcr=yes' dump)" "discontinuities on the PID of the pictures"
expect_eq 2 "$(grep -c '^discontinuity pid=0x101 pcr=no' dump)" "discontinuities on the PID of the sound"
expect_eq 4 "$(grep -c '^discontinuity' dump)" "discontinuities in all"
