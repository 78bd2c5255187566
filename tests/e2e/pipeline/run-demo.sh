#!/usr/bin/env bash
# ctest: timeout 180
# scripts/run starts the demo and says where; all its streams play; a taken port is passed over; Ctrl-C ends it all.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

port=$(free_port)
start other /usr/bin/python3 -m http.server --bind 127.0.0.1 "$port"
wait_for 10 fetch "http://127.0.0.1:$port/"

# A shell in the background ignores SIGINT, a terminal's does not.
FLU_PORT=$port start run env --default-signal=INT "$FLU_SOURCE/scripts/run"
wait_for 90 grep -q '^Ctrl-C stops it' run.log
expect grep -q "port $port is taken" run.log

mapfile -t urls < <(grep -o 'http://[^ ]*m3u8' run.log)
expect_eq 4 "${#urls[@]}" 'streams of the demo'
for url in "${urls[@]}"; do play_ffmpeg "$url" 3; done
play_ffmpeg "$(grep -o 'http://[^ ]*mpegts' run.log)" 3

kill -INT "$(pid_of run)"
wait_exit run
expect_eq 130 "$status" 'exit code after Ctrl-C'
expect grep -q '^run: stopped' run.log
[[ ! -e $FLU_RUN_DIR ]] || fail "the run directory is left: $(ls "$FLU_RUN_DIR")"
for pid in $(pgrep 'flu-|ffmpeg'); do
    ! tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qxF "FLU_RUN_DIR=$FLU_RUN_DIR" ||
        fail "left running: $(ps -o args= -p "$pid")"
done
