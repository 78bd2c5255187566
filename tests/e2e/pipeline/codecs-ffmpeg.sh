#!/usr/bin/env bash
# ctest: timeout 200
# Each kind of input arrives whole at a player: same codecs, right number of tracks, no complaint from the decoder.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

media=$FLU_BUILD/tests/made
(flock 9; "$FLU_SOURCE/scripts/make-test-media" "$media" 6 >&2) 9>"$FLU_BUILD/tests.media.lock"
start_ready web flu-serve --http 127.0.0.1:0 --workers 1

codecs_of() {  # of a local file or URL, one line
    ffprobe -v error -show_entries stream=codec_type,codec_name -of csv=p=0 "$@" | grep . |
        sed 's/^aac_latm/aac/' | sort | uniq | paste -sd ' '
}

tracks_of() { ffprobe -v error -show_entries stream=index -of csv=p=0 "$@" | grep . | sort -u | wc -l; }

for file in "$media"/*; do
    name=$(basename "$file" | tr . _)
    case $file in
        *.mp4) start "$name" bash -c "flu-segment --stay '$name' < '$file'" ;;
        *) start "$name" bash -c "flu-ingest --fast 'file://$file' | flu-segment --stay '$name'" ;;
    esac
    url=http://127.0.0.1:$web_port/$name/mono.m3u8  # all tracks in one, whatever there is
    wait_for 30 fetch "$url"
    # The segments one after the other are what a player decodes.
    fetch "$url" >list
    : >whole.ts
    for segment in $(grep -v '^#' list); do fetch "http://127.0.0.1:$web_port/$name/$segment" >>whole.ts; done
    expect_eq "$(codecs_of "$file")" "$(codecs_of whole.ts)" "$name: codecs"
    expect_eq "$(tracks_of "$file")" "$(tracks_of whole.ts)" "$name: number of tracks"
    ffmpeg -nostdin -v error -xerror -i whole.ts -map 0 -f null - 2>decode.log || fail "$name: $(head -n 3 decode.log)"
    expect_eq '' "$(cat decode.log)" "$name: decoder"
    kill_wait "$name"
done
