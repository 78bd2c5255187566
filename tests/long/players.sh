#!/usr/bin/env bash
# Every web player, ffmpeg and strict validators at one stream for FLU_PLAY_MINUTES, while its source is switched, each
# of its processes is killed, and the server is reloaded and upgraded. See scripts/play.
. "$(dirname "$0")/../e2e/lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium ffmpeg jq
keep=${FLU_PLAY_KEEP:-}
seconds=$((FLU_PLAY_MINUTES * 60))
PATH=${FLU_RELEASE_BIN:-$FLU_BIN}:$PATH

two=(-filter_complex '[0:v]split=2[a][b];[b]scale=160:90[small]' -map '[a]' -map '[small]' -map 1:a -map 1:a
    -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k)
make_media long-a.ts 60 "${two[@]}"
make_media long-b.ts 60 "${two[@]}" -metadata service_name=b
make_media long-c.ts 60 -s 256x144 -c:v libx264 -preset ultrafast -bf 2 -g 50 -pix_fmt yuv420p -c:a aac -b:a 96k -ar 44100
port=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
stream cam { url file://$PWD/long-a.ts; url file://$PWD/long-b.ts; url file://$PWD/long-c.ts; segment_duration 2; }
END
start_ready supervisor flu-supervisor --config flu.conf
url=http://127.0.0.1:$port/cam
has_segments() { (($(fetch "$url/index.fmp4.m3u8" 2>/dev/null | grep -c 'm3u8\|EXTINF') > 0)) && fetch "$url/index.mpd"; }
wait_for 40 has_segments

began=$(date +%s%3N)
watch() {  # NAME KIND URL
    TMPDIR=$test_dir start "$1" node "$e2e_dir/clients/watch.mjs" "$2" "$3" "$seconds" "$began"
    watched+=("$1")
}
check() {  # NAME SCRIPT ARGUMENT…
    start "$1" node "$e2e_dir/clients/$2" "${@:3}"
    checked+=("$1")
}
watched=() checked=()
IFS=, read -ra wanted <<<"${FLU_PLAY_ONLY:-hls,ll,dashjs,shaka,mse19,mse24,page,realtime}"
for name in "${wanted[@]}"; do
    case $name in
    hls) watch hls hls "$url/index.fmp4.m3u8" ;;
    ts) watch ts hls "$url/index.m3u8" ;;
    ll) watch ll ll "$url/index.ll.m3u8" ;;
    dashjs | shaka) watch "$name" "$name" "$url/index.mpd" ;;
    mse19) watch mse19 "mse:$FLU_WEB_CLIENTS/bundles/19.10.4/dist/FlussonicMsePlayer.min.js" "ws${url#http}/mse_ld" ;;
    mse24) watch mse24 "mse:$FLU_WEB_CLIENTS/bundles/24.6.1-2-gd4ac37d/dist/FlussonicMsePlayer.min.js" "ws${url#http}/mse_ld" ;;
    page) watch page page "$url/embed.html" ;;
    realtime) watch realtime page "$url/embed.html?realtime=true" ;;
    *) fail "no player $name" ;;
    esac
done
check hls_check hls_check.mjs "$url/tracks-v1a1/index.m3u8" "$((seconds - 20))" discontinuities=-1 restart=1
check ll_check ll_check.mjs "$url/tracks-v1a1/index.ll.m3u8" "$((seconds - 20))" restart=1

unit() { jq -r .pid "$FLU_RUN_DIR/units/$1.json" 2>/dev/null; }
tell() { echo "$(awk -v now="$(date +%s%3N)" -v began="$began" 'BEGIN {printf "%.1f", (now - began) / 1000}') FAULT $*" >>faults.log; }
at() {  # SHARE of all the time, in percent: waits for it
    local until=$((began + seconds * $1 * 10))
    while (($(date +%s%3N) < until)); do sleep 0.1; done
}
at 8; tell 'switch to another like it'; flu-ctl switch-source cam "file://$PWD/long-b.ts" >>ctl.log
at 17; tell 'switch to one video and sound, another size'; flu-ctl switch-source cam "file://$PWD/long-c.ts" >>ctl.log
at 26; tell 'switch back'; flu-ctl switch-source cam "file://$PWD/long-a.ts" >>ctl.log
at 35; tell 'kill -9 ingest'; kill -KILL "$(unit ingest@cam)"
at 44; tell 'kill -9 hub'; kill -KILL "$(unit segment@cam)"
at 53; tell 'kill -9 a worker'; kill -KILL "$(pgrep -P "$(unit serve)" | head -n 1)"
at 60; tell 'kill -9 the serving master'; kill -KILL "$(unit serve)"
at 68; tell 'kill -9 auth'; kill -KILL "$(unit auth)"
at 74; tell 'kill -9 supervisor'; kill_wait supervisor KILL; start_ready supervisor flu-supervisor --config flu.conf
at 82; tell 'reload'; sed -i 's/segment_duration 2;/segment_duration 2; title Long; provider Flu;/' flu.conf; flu-ctl reload >>ctl.log
at 90; tell 'upgrade'; flu-ctl upgrade >>ctl.log

failed=()
for name in "${watched[@]}" "${checked[@]}"; do
    wait_exit "$name"
    ((status == 0)) || failed+=("$name")
done
{
    cat faults.log
    for name in "${watched[@]}"; do sed -n "/^[0-9]/s/ / $name: /p" "$name.log"; done
} | sort -n
echo
for name in "${watched[@]}" "${checked[@]}"; do echo "$name: $(tail -n 1 "$name.log" | cut -c1-1500)"; done
[[ -z $keep ]] || { mkdir -p "$keep"; cp ./*.log "$keep"; }
kill_wait supervisor
[[ ${#failed[@]} == 0 ]] || fail "not well at the end: ${failed[*]}"
