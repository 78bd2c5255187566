# shellcheck shell=bash
# Players as test clients, to be sourced after lib.sh. Each plays URL for about SECONDS and fails the test when the
# picture does not move:  play_ffmpeg URL SECONDS · play_vlc · play_gstreamer · play_browser
# (with level:N and audio:N, what else to go over to)
# play_dash PLAYER URL SECONDS plays an MPD with dashjs or shaka in Chromium.
# open_page URL STEP… opens a page of the web player (embed_page.mjs).
# check_hls URL SECONDS [EXPECTATION=N…] follows a playlist as a strict validator (hls_check.mjs), check_hls_master one
# of variants with all that is in it (hls_master.mjs).
export FLU_WEB_CLIENTS=${FLU_WEB_CLIENTS:-$FLU_SOURCE/build/web-clients}

need_web_clients() {
    need node
    [[ -f $FLU_WEB_CLIENTS/installed ]] || skip "scripts/install-web-clients $FLU_WEB_CLIENTS was not run"
}

play_ffmpeg() {
    local url=$1 seconds=$2
    need ffmpeg
    ffmpeg -nostdin -v error -xerror -y -i "$url" -t "$seconds" -map 0:v:0 -map '0:a:0?' -f framecrc ffmpeg.crc \
        2>ffmpeg.log || fail "ffmpeg cannot play $url"
    [[ ! -s ffmpeg.log ]] || fail "ffmpeg complains of $url: $(head -n 3 ffmpeg.log)"
    # Frames of both, and as long as asked for.
    grep -q '^0,' ffmpeg.crc || fail "ffmpeg decoded no picture of $url"
    grep -q '^1,' ffmpeg.crc || fail "ffmpeg decoded no sound of $url"
}

play_vlc() {
    local url=$1 seconds=$2 home=$test_dir/vlc pictures
    need cvlc
    mkdir -p "$home"
    local as_user=()
    if ((EUID == 0)); then  # VLC refuses root
        chmod 711 "$test_dir"
        chown 65534:65534 "$home"
        as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    fi
    # The log goes through a pipe: the file belongs to us, the player may be another user. How long VLC plays is counted
    # from its first picture: until then it may be slow, as on a busy machine.
    "${as_user[@]}" timeout $((seconds + 50)) env -u ASAN_OPTIONS -u UBSAN_OPTIONS HOME="$home" XDG_RUNTIME_DIR="$home" \
        cvlc -I dummy --no-dbus --vout=dummy --aout=dummy --play-and-exit --stats -vv \
        "$url" vlc://quit > >(cat >vlc.log) 2>&1 &
    local player=$! i
    for ((i = 0; i < 400; ++i)); do
        grep -qs 'Received first picture' vlc.log && break
        [[ -d /proc/$player ]] || break
        sleep 0.1
    done
    for ((i = 0; i < seconds * 10; ++i)); do  # a file may end before
        [[ -d /proc/$player ]] || break
        sleep 0.1
    done
    kill "$player" 2>/dev/null || true
    wait "$player" || true
    grep -q 'codec (h264) started\|using video decoder module\|video decoder' vlc.log || fail "VLC found no video in $url"
    grep -q 'Received first picture' vlc.log || fail "VLC showed no picture of $url"
    pictures=$(grep -c 'picture is too late\|more than .* late' vlc.log || true)
    ((pictures < 50)) || fail "VLC was late with $pictures pictures of $url"
}

play_gstreamer() {
    local url=$1 seconds=$2
    need gst-launch-1.0
    # fakesink says end of stream after so many buffers; 25 pictures a second.
    timeout $((seconds + 40)) gst-launch-1.0 -q uridecodebin3 uri="$url" name=source \
        source. ! video/x-raw ! queue ! fakesink sync=true num-buffers=$((seconds * 25)) \
        source. ! audio/x-raw ! queue ! fakesink sync=true num-buffers=$((seconds * 30)) \
        >gstreamer.log 2>&1 || fail "GStreamer cannot play $url"
}

play_browser() {
    need_web_clients
    need chromium
    TMPDIR=$test_dir node "$e2e_dir/clients/browser_play.mjs" "$@" >browser.log 2>&1 ||
        fail "hls.js in Chromium cannot play $1: $(tail -n 5 browser.log)"
}

play_dash() {  # PLAYER URL SECONDS [ALLOWED_JUMPS]: dashjs or shaka in Chromium, see dash_play.mjs
    need_web_clients
    need chromium
    TMPDIR=$test_dir node "$e2e_dir/clients/dash_play.mjs" "$@" >dash.log 2>&1 ||
        fail "$1 in Chromium cannot play $2: $(tail -n 5 dash.log)"
}

check_hls() {
    need_web_clients
    node "$e2e_dir/clients/hls_check.mjs" "$@" >hls_check.log 2>&1 ||
        fail "playlist $1: $(grep -h '^{' hls_check.log || tail -n 5 hls_check.log)"
}

check_hls_master() {  # URL SECONDS variants=N renditions=N [EXPECTATION=N…]
    need_web_clients
    node "$e2e_dir/clients/hls_master.mjs" "$@" >hls_master.log 2>&1 ||
        fail "playlist $1: $(grep -h '^{' hls_master.log || tail -n 5 hls_master.log)"
}

open_page() {  # URL STEP…: a page of the web player in Chromium, see embed_page.mjs
    need_web_clients
    need chromium
    TMPDIR=$test_dir node "$e2e_dir/clients/embed_page.mjs" "$@" >page.log 2>&1 ||
        fail "page $1: $(tail -n 5 page.log)"
}
