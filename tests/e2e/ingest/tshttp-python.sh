#!/usr/bin/env bash
# tshttp:// from a server of Python's: chunks, length, no length, ICY, a burst, redirects, a login, headers; and what
# is told of bad answers.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq /usr/bin/python3

make_media clip.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
start server /usr/bin/python3 "$e2e_dir/ingest/ts_server.py" clip.ts
wait_for 20 test -s server.log
port=$(<server.log)

last_counters() { grep '"type":"counters"' "$1" | tail -n 1; }
got() { [[ $(last_counters "$1.log" | jq .frames) -ge $2 ]]; }
# Plays until FRAMES have come; a source that ended is followed by file://none, which ends it all.
play() {  # NAME FRAMES WORDS…
    local name=$1 frames=$2
    shift 2
    start "$name" bash -c 'exec flu-ingest --status "$@" 2>&1 >/dev/null' - "$@"
    wait_for 25 got "$name" "$frames"
    kill_wait "$name"
    expect_eq 0 "$status" "$name: exit code"
    expect_eq 0 "$(last_counters "$name.log" | jq '.ts.continuity_errors + .late_frames + .ts.skipped_bytes')" "$name: errors"
}

# All of the clip but what the first picture waits for: 150 pictures, 280 audio frames.
play burst 425 "tshttp://127.0.0.1:$port/live.ts"
grep 'discontinuity: ' burst.log | grep -v 'the source was started' && fail 'a burst is no discontinuity'
# The burst has 3 s; its newest frame has just arrived when the source is ready.
early=$(($(grep '"frames":[1-9]' burst.log | head -n 1 | jq .last_dts_ms) - \
    $(grep -m 1 '"source_ready"' burst.log | jq .utc_ms)))
((early < 2000)) || fail "frames are $early ms in the future"
play close 300 "tshttp://127.0.0.1:$port/close.ts"
play icy 425 "tshttp://127.0.0.1:$port/icy.ts"
play led 425 "tshttp://127.0.0.1:$port/a/first"
play login 425 "tshttp://us%20er:pa:ss@127.0.0.1:$port/auth.ts"
# A name; an address of it where nobody listens does no harm.
play asked 425 "tshttp://localhost:$port/file.ts?a=b%20c" user_agent='VLC 3' header.Referer=https://flu.example \
    header.X-Token=abc pids=256,257 allow_subtitles=false
request=$(sed -n '/file.ts?a/,$p' requests.txt)
for line in 'GET /file.ts?a=b%20c HTTP/1.1' "Host: localhost:$port" 'User-Agent: VLC 3' 'Referer: https://flu.example' \
    'X-Token: abc'; do
    grep -qx "$line" <<<"${request//$'\r'/}" || fail "the request has no line '$line': $request"
done

says() {  # REGEX WORDS…
    local regex=$1
    shift
    expect_exit 3 flu-ingest --retry-limit 1 "$@"
    expect_match "$regex" "$(cat err)" "$*"
    grep -q 'secret' err && fail "a password is printed: $(cat err)"
    return 0
}
says "tshttp://127.0.0.1:$port/none.ts: the server answers 'HTTP/1.1 404 Not Found'" "tshttp://127.0.0.1:$port/none.ts"
says "'HTTP/1.1 503 " "tshttp://127.0.0.1:$port/busy"
says 'wants a login' "tshttp://127.0.0.1:$port/auth.ts"
says 'does not accept the user and password' "tshttp://u:secret@127.0.0.1:$port/auth.ts"
says 'more than 5 redirects' "tshttp://127.0.0.1:$port/circle"
says 'a web page' "tshttp://127.0.0.1:$port/page"
says 'an HLS playlist: use hls://' "tshttp://127.0.0.1:$port/list.m3u8"
says 'coded \(gzip\)' "tshttp://127.0.0.1:$port/gzip"
says 'not MPEG-TS' "tshttp://127.0.0.1:$port/noise"
says 'nothing was sent' "tshttp://127.0.0.1:$port/empty"
says 'connection refused' "tshttp://127.0.0.1:$(free_port)/"
says 'look up no-such-host.invalid' tshttp://no-such-host.invalid/
expect_exit 2 flu-ingest "tshttp://127.0.0.1:$port/" header.Host=x
expect_match 'cannot be set' "$(cat err)"
expect_exit 2 flu-ingest "tshttp://127.0.0.1:$port/" $'header.X=a\r\nY: b'
expect_match 'control character' "$(cat err)"

# The end of the body is the end of the source: the next is tried, and the first again.
start both bash -c 'exec flu-ingest "$@" --format ts >both.ts' - "tshttp://127.0.0.1:$port/cut.ts" "file://$PWD/clip.ts"
wait_for 20 grep -q 'reading file' both.log
kill_wait both
expect_match '1000 bytes before the end of the body' "$(cat both.log)"
