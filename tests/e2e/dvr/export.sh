#!/usr/bin/env bash
# An archive as MP4 files: whole segments, exact ranges, over a hole, timelapse, and what people get wrong.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe jq

make_media clip.ts 60 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -ar 44100
start_ready hub flu-segment --no-stdin --segment-duration 2 cam
begin() { start source flu-ingest --to cam --loop "file://$PWD/clip.ts"; }
begin
start recorder flu-dvr record --root "$PWD/archive" cam
export FLU_DVR_ROOT=$PWD/archive
ranges() { flu-dvr ls --json cam | jq "$@"; }
has_recorded() { (($(ranges '[.[0].ranges[].duration] | add // 0' 2>/dev/null || echo 0) >= $1)); }
wait_for 30 has_recorded 8
kill_wait source KILL
sleep 3  # how long the hole is
begin
wait_for 30 has_recorded 14
kill_wait recorder TERM
kill_wait source TERM
first=$(ranges '.[0].ranges[0].from')
all=$(ranges '[.[0].ranges[].duration] | add')
expect_eq 2 "$(ranges '.[0].ranges | length')" 'ranges'

probe() { ffprobe -v error -of csv=p=0 "$@"; }
duration() { probe -show_entries format=duration "$1"; }
near() {  # WANTED GOT TOLERANCE WHAT
    jq -ne "($1) - ($2) | fabs <= $3" >/dev/null || fail "$4: wanted $1, got $2"
}
plays() {  # FILE: to its end, without a word
    expect_eq '' "$(ffmpeg -nostdin -v warning -i "$1" -fps_mode passthrough -enc_time_base:v 1:90000 -f null - 2>&1)" \
        "playing $1"
}
hashes() {  # FILE AUDIO_OPTIONS...
    ffmpeg -nostdin -v error -i "$1" -map 0:v -map 0:a -fps_mode passthrough -enc_time_base:v 1:90000 \
        -c:v rawvideo -c:a copy "${@:2}" -f framemd5 -
}

# Whole segments, moov first, as one file or through a pipe.
expect_exit 0 flu-dvr export cam --from "$first" --duration 6 -o whole.mp4 --json
began=$(jq .from out)
near "$(jq .duration out)" "$(duration whole.mp4)" 0.05 'duration'
expect_eq "$(stat -c %s whole.mp4)" "$(jq .bytes out)"
expect_eq 'ftyp moov mdat' "$(ffprobe -v trace whole.mp4 2>&1 | grep -o "type:'[a-z]*' parent:'root'" |
    cut -d"'" -f2 | uniq | xargs)"
plays whole.mp4
flu-dvr export cam --from "$first" --duration 6 2>err | cmp - whole.mp4 || fail 'another file through a pipe'
expect_match 'cam from 20..-..-..T' "$(<err)"
flu-dvr export cam --from "$first" --duration 6 -o - 2>/dev/null | ffmpeg -nostdin -v error -i - -f null - ||
    fail 'a pipe cannot be read'
hashes clip.ts -bsf:a aac_adtstoasc >source.md5
hashes whole.mp4 >whole.md5
expect /usr/bin/python3 "$e2e_dir/clients/export_sync.py" source.md5 whole.md5
expect_eq cam "$(probe -show_entries format_tags=title whole.mp4)"
expect_match "$(date -u -d "@$first" +%Y-%m-%dT%H:%M)" "$(probe -show_entries format_tags=creation_time whole.mp4)"

# Exactly the range: it begins in the middle of a group of pictures.
from=$(jq -n "$began + 2.52 | floor + 0.52")
expect_exit 0 flu-dvr export cam --from "$from" --duration 3 --precise -o precise.mp4 --comment 'a case'
near 3 "$(duration precise.mp4)" 0.05 'precise duration'
hashes precise.mp4 >precise.md5
expect /usr/bin/python3 "$e2e_dir/clients/export_sync.py" source.md5 precise.md5
pictures() { sed -n 's/^0,.* //p' "$1"; }
number=$(pictures precise.md5 | wc -l)
near 75 "$number" 1 'pictures of 3 s'
at=$(jq -n "(($from - $began) * 25) | ceil + 1")
expect_eq "$(pictures whole.md5 | tail -n +"$at" | head -n 70)" "$(pictures precise.md5 | head -n 70)" 'pictures'
expect_eq 'a case' "$(probe -show_entries format_tags=comment precise.mp4)"
plays precise.mp4

# Over the hole: it goes on at once, in step.
expect_exit 0 flu-dvr export cam --from "$first" --duration 1h -o all.mp4 --json
expect_eq 1 "$(jq .holes out)" holes
near "$all" "$(duration all.mp4)" 1.2 'duration without the hole'
plays all.mp4
late=$(probe -select_streams a -show_entries packet=pts_time all.mp4 | tail -n 1)
near "$(duration all.mp4)" "$late" 0.3 'sound to the end'

# Key frames alone.
keys=$(probe -select_streams v -skip_frame nokey -show_entries frame=pts_time all.mp4 | grep -c '^[0-9]')
expect_exit 0 flu-dvr export cam --from "$first" --duration 1h --timelapse -o fast.mp4
expect_eq "$keys" "$(probe -count_packets -show_entries stream=nb_read_packets fast.mp4)" 'key frames'
near "$keys / 25" "$(duration fast.mp4)" 0.05 'of 25 a second'
plays fast.mp4
expect_exit 0 flu-dvr export cam --from "$first" --duration 1h --timelapse 20 -o slow.mp4
near 20 "$(duration slow.mp4)" 0.05 'of 20 s'

# Some of the tracks; a file that is there.
expect_exit 0 flu-dvr export cam --from "$first" --duration 6 --tracks a1 -o whole.mp4 --overwrite
expect_eq audio "$(probe -show_entries stream=codec_type whole.mp4)"
expect_exit 2 flu-dvr export cam --from "$first" --duration 6 -o whole.mp4
expect_match 'is there already; --overwrite' "$(<err)"
expect_exit 4 flu-dvr export cam --from "$first" --duration 6 --tracks a1 --timelapse -o none.mp4
expect_match 'cam: a timelapse is of pictures' "$(<err)"

# The likely mistakes leave nothing behind.
expect_exit 1 flu-dvr export cam --from 2020-01-01 --duration 6 -o none.mp4
expect_match 'cam: nothing is recorded in that time' "$(<err)"
expect_exit 1 flu-dvr export kam --from "$first" --duration 6 -o none.mp4
expect_match "of 'kam', did you mean 'cam'" "$(<err)"
expect_exit 2 flu-dvr export cam --from "$first" --duration 6 --tracks x9 -o none.mp4
expect_match '--tracks: expected names such as v1a1' "$(<err)"
expect_exit 2 flu-dvr export cam --from "$first" --duration 6 --timelapse fast -o none.mp4
expect test ! -e none.mp4 -a ! -e none.mp4.part

# What is damaged is left out, and told.
blob=$(find archive -name '*.mp4')
printf 'XXXXXXXX' | dd of="$blob" bs=1 conv=notrunc status=none \
    seek="$(grep -abo moof "$blob" | sed -n '4s/:.*//p')"
expect_exit 0 flu-dvr export cam --from "$first" --duration 1h -o rest.mp4 --json
expect_eq 1 "$(jq .damaged out)" 'damaged segments'
expect_exit 0 flu-dvr export cam --from "$first" --duration 1h -o rest.mp4 --overwrite
expect_match 'holes passed over: [12], segments left out: 1 \(' "$(<err)"
plays rest.mp4
