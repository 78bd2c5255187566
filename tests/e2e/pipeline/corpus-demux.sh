#!/usr/bin/env bash
# ctest: timeout 300
# Real MP4, FLV and Matroska files of many makers pass through flu-ingest and the hub: every picture, in its order.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

count() { { ffprobe -v quiet -count_packets -select_streams "$2" -show_entries stream=nb_read_packets -of csv=p=0 "$1" || true; } | sed 's/[^0-9].*//;1q'; }
complaints() { ffmpeg -nostdin -v error -i "$1" -map 0:v? -map 0:a? -f null - 2>&1 | grep -vc 'Last message repeated' || true; }

seen=0
for file in "$FLU_CORPUS"/*.mp4 "$FLU_CORPUS"/*.mov "$FLU_CORPUS"/*.flv "$FLU_CORPUS"/*.mkv "$FLU_CORPUS"/*.webm; do
    [[ -f $file ]] || continue
    seen=$((seen + 1))
    name=$(basename "$file" | tr . _)
    code=0
    timeout 60 flu-ingest --fast "file://$file" >out.mp4 2>"$name.log" || code=$?
    # What holds nothing that is carried, or is broken, says so.
    ((code == 0 || code == 4)) || fail "$name: exit code $code: $(tail -n 1 "$name.log")"
    if ((code == 4)); then
        echo "$name: $(tail -n 1 "$name.log")"
        continue
    fi
    echo "$name: video $(count "$file" v:0) -> $(count out.mp4 v:0), audio $(count "$file" a:0) -> $(count out.mp4 a:0)"
    if ! grep -q "video)" "$name.log"; then
        in=$(count "$file" v:0) out=$(count out.mp4 v:0)
        ((${out:-0} >= ${in:-0} - 2)) || fail "$name: $out pictures of $in: $(cat "$name.log")"
    fi
    before=$(complaints "$file") after=$(complaints out.mp4)
    ((after <= before)) || fail "$name: $after complaints of the decoder, $before of the file itself"
done
((seen > 0)) || fail "no such files in $FLU_CORPUS"
