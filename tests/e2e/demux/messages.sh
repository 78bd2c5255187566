#!/usr/bin/env bash
# Each likely mistake is told in a line that names the source and the cause, and never a secret.
. "$(dirname "$0")/../lib.sh"

says() {  # EXIT REGEX ARGUMENT…
    local code=$1 wanted=$2
    shift 2
    expect_exit "$code" flu-demux "$@"
    expect_match "^flu-demux: [^"$'\n'"]*$wanted" "$(cat err)" "$*"
    expect_eq 1 "$(wc -l <err)" "$*: lines"
    grep -q hunter2 err && fail "$*: told the secret: $(cat err)"
    return 0
}

says 1 'read nowhere.mp4: no such file' nowhere.mp4
says 2 'is a directory' "$PWD"
says 2 "did you mean 'rtsp'" rstp://host/path
says 2 "unknown option 'user_agnt', did you mean 'user_agent'" hls://host/x.m3u8 user_agnt=x
says 2 'goes with hls:// and shout:// alone' rtsp://host/x user_agent=x
says 2 'goes with MPEG-TS alone' rtsp://host/x program=3
says 2 'APPLICATION/STREAM' rtmp://host/only
says 2 'APPLICATION/STREAM' rtmp://host
says 2 'HTTP header' hls://host/x.m3u8 $'header.X=a\r\nHost: evil'
says 2 'expected option=value' rtsp://host/x rtsp://host/y
port=$(free_port)
for scheme in rtsp rtmp hls shout; do
    says 3 "read $scheme://user:\*\*\*@127.0.0.1:$port/app/x.*refused" "$scheme://user:hunter2@127.0.0.1:$port/app/x"
done

# A text that calls itself MP4, and one that is cut.
printf '\0\0\0\20ftypisom\0\0\0\0 and then nothing' >broken.mp4
says 4 'broken.mp4: not what was expected' broken.mp4
: >empty.mp4
says 4 'empty.mp4: ' empty.mp4

# A server that takes the connection and says nothing.
start mute /usr/bin/python3 -c 'import socket, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(100)'
wait_for 10 test -s mute.log
says 3 'no answer within 1 s' "rtsp://127.0.0.1:$(cat mute.log)/x" source_timeout=1

# A stop is a clean end, also while it waits.
start waiting bash -c "exec flu-demux rtsp://127.0.0.1:$(cat mute.log)/x >/dev/null"
wait_for 10 bash -c "ss -Htn dport = :$(cat mute.log) | grep -q ESTAB"
kill_wait waiting
expect_eq 0 "$status" "exit code after SIGTERM"
