#!/usr/bin/env bash
# ctest: timeout 150
# An hour of media with lies, losses, other tracks and killed programs: memory stays flat, no descriptor is kept, no process
# is left. FLU_SOAK_MINUTES (scripts/soak) makes it last.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq
PATH=${FLU_RELEASE_BIN:-$FLU_BIN}:$PATH

make_media clip.ts 30
make_media other.ts 30 -s 192x108 -c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a aac -b:a 96k
port=$(/usr/bin/python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >flu.conf <<END
http 127.0.0.1:$port;
stream soak { segment_duration 2; }
END
start_ready supervisor flu-supervisor --config flu.conf
is_serving() { [[ $(http_status "http://127.0.0.1:$port/") != 000 ]]; }
wait_for 20 is_serving
wait_for 20 test -S "$FLU_RUN_DIR/live/soak/in.sock"

/usr/bin/python3 "$FLU_SOURCE/tests/support/soak.py" "http://127.0.0.1:$port" "$FLU_RUN_DIR" soak clip.ts other.ts \
    --rounds "${FLU_SOAK_ROUNDS:-14}" --minutes "${FLU_SOAK_MINUTES:-0}" --growth "${FLU_SOAK_GROWTH:-1024}"

kill_wait supervisor
expect_eq 0 "$status" 'exit code of the supervisor'
left=$(pgrep -d' ' -f "^[^ ]*flu-(ingest|segment|serve|supervisor)" || true)
for pid in $left; do
    if grep -qz "^FLU_RUN_DIR=$FLU_RUN_DIR\$" "/proc/$pid/environ" 2>/dev/null; then
        fail "process $pid was left: $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" || true)"
    fi
done
