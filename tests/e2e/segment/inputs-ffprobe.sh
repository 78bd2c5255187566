#!/usr/bin/env bash
# MPEG-TS, ordinary fragmented MP4 and a flu stream, from a file and from a pipe: every frame of the source
# stands in the window, in order, with its time, and each segment begins with a key frame.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe socat
window() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/segment/window.py" "$@"; }

make_media in.ts 20 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k
# In two steps: from TS, ffmpeg would write the moov before it knows the parameters of the audio.
ffmpeg -nostdin -v error -i in.ts -c copy -f mp4 plain.mp4
ffmpeg -nostdin -v error -i plain.mp4 -c copy -f mp4 -movflags frag_keyframe+empty_moov+default_base_moof in.mp4
folder=$FLU_RUN_DIR/live/x

# Times and sizes of the packets of one kind, from the first: those of the source and of the window must agree.
packets() {  # FILE v|a
    ffprobe -v error -select_streams "$2" -show_entries packet=pts,size,flags -of csv=p=0 "$1" | tr -d ' ' |
        awk -F, -v ms="$3" 'NR == 1 { first = $1 } { printf "%d %s\n", ($1 - first) / ms, $2 }'
}
ticks_of() {  # FILE v|a: ticks a millisecond of that stream
    ffprobe -v error -select_streams "$2" -show_entries stream=time_base -of csv=p=0 "$1" | sed -n '1s|1/||p' |
        awk '{ print $1 / 1000 }'
}
check_window() {
    closed() { (($(window list "$folder" | awk '{ sum += $5 } END { print sum + 0 }') >= 1790000)); }
    wait_for 30 closed
    expect window check "$folder" >count
    expect_eq 5 "$(cat count)" "$1: segments of 4 s"
    window frames "$folder" all.mp4
    # Audio that lies before the first picture has nothing to be played with.
    lost=$(($(packets in.mp4 a "$(ticks_of in.mp4 a)" | wc -l) - $(packets all.mp4 a 90 | wc -l)))
    ((lost >= 0 && lost <= 3)) || fail "$1: $lost audio frames are missing"
    expect_eq "$(packets in.mp4 v "$(ticks_of in.mp4 v)" | awk '{ print $1 }' | md5sum)" \
        "$(packets all.mp4 v 90 | awk '{ print $1 }' | md5sum)" "$1: times of pictures"
    ffmpeg -nostdin -v error -i in.ts -map 0:v -fps_mode passthrough -f framemd5 - | awk -F, '!/^#/ { print $NF }' >wanted
    ffmpeg -nostdin -v error -i all.mp4 -map 0:v -fps_mode passthrough -f framemd5 - | awk -F, '!/^#/ { print $NF }' >got
    cmp wanted got || fail "$1: pictures differ"
    for segment in "$folder"/[0-9]*.mp4; do
        cat "$folder"/init-*.mp4 "$segment" >one.mp4
        flags=$(ffprobe -v error -select_streams v -show_entries packet=flags -of csv=p=0 one.mp4 | awk 'NR == 1')
        expect_match '^K' "$flags" "$1: first picture of $segment"
    done
}

for file in in.ts in.mp4; do
    start hub flu-segment --stay --segments 20 x <"$file"
    check_window "$file"
    kill_wait hub
    expect_eq 0 "$status" "exit code after $file"
done

start hub flu-segment --no-stdin --segments 20 x
wait_for 10 test -S "$folder/in.sock"
socat -u OPEN:in.ts "UNIX-CONNECT:$folder/in.sock"
check_window in.sock
kill_wait hub
rm -rf "$folder"

ffmpeg -nostdin -v error -i in.ts -c copy -f mpegts - | flu-segment --stay --segments 20 x 2>piped.log &
piped=$!
check_window pipe
kill "$piped"
wait "$piped" || true

# What a hub gives on is what another one takes: its numbers, and all from its first cut on.
start hub flu-segment --stay --segment-duration 1 --segments 20 x < <(ffmpeg -nostdin -v error -re -t 8 -i in.ts -c copy -f mpegts -)
wait_for 10 test -S "$folder/out.sock"
start reader socat -u "UNIX-CONNECT:$folder/out.sock" CREATE:out.flu
wait_for 20 grep -q 'the producer left' hub.log
window list "$folder" | cut -d ' ' -f 1 | sort >numbers
kill_wait hub
wait_exit reader
start hub flu-segment --stay --segments 20 x <out.flu
wait_for 20 grep -q 'the stream ended' hub.log
expect window check "$folder"
window list "$folder" | cut -d ' ' -f 1 | sort >numbers_after
expect_eq '' "$(comm -13 numbers numbers_after)" 'numbers that the first hub did not give'
(($(wc -l <numbers_after) >= 5)) || fail "few segments: $(cat numbers_after)"
kill_wait hub
