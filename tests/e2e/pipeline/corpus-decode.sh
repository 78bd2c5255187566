#!/usr/bin/env bash
# ctest: timeout 240
# Real files of many makers pass through the whole pipeline: what comes out has the tracks that had frames, and gives a
# decoder no more to complain of than the file itself.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe

start_ready web flu-serve --http 127.0.0.1:0 --workers 1

codecs_of() {  # tracks that have packets
    { ffprobe -v quiet -count_packets -show_entries stream=codec_type,codec_name,nb_read_packets -of csv=p=0 "$1" || true; } |
        awk -F, '$3 + 0 > 1 && ($2 == "video" || $2 == "audio") { print $2 ":" $1 }' | sort -u | paste -sd ' '
}
complaints() { ffmpeg -nostdin -v error -i "$1" -map 0:v? -map 0:a? -f null - 2>&1 | grep -vc 'Last message repeated' || true; }

for file in "$FLU_CORPUS"/*.ts "$FLU_CORPUS"/*.m2ts; do
    name=$(basename "$file" | tr . _)
    case $name in
        # Several programs; no audio and video at all; all but four frames before the PMT, which a player rewinds to.
        ts_mpts_* | ts_teletext_* | ts_late_pat_*) continue ;;
    esac
    in_codecs=$(codecs_of "$file")
    if [[ -z $in_codecs || $name == ts_cc_errors_ts || $name == ts_latm_ts ]]; then  # too little for a segment
        code=0
        flu-ingest --fast "file://$file" >out.mp4 2>"$name.log" || code=$?
        ((code == 0 || code == 4)) || fail "$name: exit code $code"
        continue
    fi
    start "$name" bash -c "flu-ingest --fast 'file://$file' | flu-segment --segments 30 --stay '$name'"
    url=http://127.0.0.1:$web_port/$name
    wait_for 20 fetch "$url/index.m3u8"
    fetch "$url/index.m3u8" >list
    : >whole.ts
    while read -r segment; do fetch "$url/$segment" >>whole.ts; done < <(grep -v '^#' list)
    expect_eq "$in_codecs" "$(codecs_of whole.ts)" "$name: tracks"
    before=$(complaints "$file") after=$(complaints whole.ts)
    ((after <= before)) || fail "$name: $after complaints of the decoder, $before of the file itself"
    kill_wait "$name"
done
