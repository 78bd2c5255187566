#!/usr/bin/env bash
# A source that goes over to another picture and another sound on the same PIDs, the sound later in the multiplex: one change, so
# one discontinuity, each segment with picture and sound, no frame lost. The same where only one of the two changes.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe python3
start_ready web flu-serve --http 127.0.0.1:0 --workers 1

packets() {  # FILE TRACK
    ffprobe -v error -select_streams "$2" -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$1" | awk 'NR == 1'
}
count_tracks() { ffprobe -v error -show_entries format=nb_streams -of csv=p=0 "$1"; }

play() {  # NAME FILE…: list, and the segments as seg.N
    local name=$1 line number=0
    shift
    python3 "$e2e_dir/segment/join_ts.py" "$@" >joined.ts
    start "$name" bash -c "flu-ingest --fast 'file://$PWD/joined.ts' | flu-segment --segment-duration 2 --segments 60 --stay '$name'"
    rm -f seg.*
    wait_for 30 grep -q 'the stream ended' "$name.log"
    fetch "http://127.0.0.1:$web_port/$name/mono.m3u8" >list
    while read -r line; do
        number=$((number + 1))
        fetch "http://127.0.0.1:$web_port/$name/$line" >seg.$number.ts
    done < <(grep -v '^#' list)
    kill_wait "$name"
}

expect_whole() {  # WHAT TRACKS FILE…: one discontinuity, so many tracks in each segment, and all frames of the files
    local what=$1 tracks=$2 track file wanted got
    shift 2
    expect_eq 1 "$(grep -c '^#EXT-X-DISCONTINUITY$' list)" "$what: discontinuities"
    for file in seg.*.ts; do
        expect_eq "$tracks" "$(count_tracks "$file")" "$what: tracks of $file"
    done
    for track in v:0 a:0; do
        wanted=0 got=0
        for file in "$@"; do wanted=$((wanted + $(packets "$file" $track))); done
        for file in seg.*.ts; do got=$((got + $(packets "$file" $track))); done
        expect_eq "$wanted" "$got" "$what: frames of $track"
    done
}

h264=(-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -bf 2)
# No sound of the one overlaps the other's, and none lies before its first picture (an encoder's priming): that is left out.
make_media first.ts 5 "${h264[@]}" -af atrim=end=4.9 -c:a aac -ar 44100 -ac 1
second=("${h264[@]}" -af asetpts=PTS+0.05/TB)
make_media both.ts 5 "${second[@]}" -s 640x360 -c:a aac -ar 48000 -ac 2
make_media picture.ts 5 "${second[@]}" -s 640x360 -c:a aac -ar 44100 -ac 1
make_media sound.ts 5 "${second[@]}" -c:a aac -ar 48000 -ac 2
make_media codec.ts 5 "${second[@]}" -s 640x360 -c:a ac3 -ar 48000 -ac 2

for other in both picture sound codec; do
    play $other first.ts $other.ts
    expect_whole $other 2 first.ts $other.ts
done

# Sound that goes, that comes, and a second one.
ffmpeg -nostdin -v error -i first.ts -map 0:v -c copy mute1.ts
ffmpeg -nostdin -v error -i both.ts -map 0:v -c copy mute2.ts
ffmpeg -nostdin -v error -i first.ts -i first.ts -map 0:v -map 0:a -map 1:a -c copy two1.ts
ffmpeg -nostdin -v error -i both.ts -i both.ts -map 0:v -map 0:a -map 1:a -c copy two2.ts
play goes first.ts mute2.ts
expect_eq 1 "$(grep -c '^#EXT-X-DISCONTINUITY$' list)" 'sound that goes: discontinuities'
play comes mute1.ts first.ts
expect_eq 1 "$(grep -c '^#EXT-X-DISCONTINUITY$' list)" 'sound that comes: discontinuities'
play two two1.ts two2.ts
expect_whole 'two sounds' 3 two1.ts two2.ts
