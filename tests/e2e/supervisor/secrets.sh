#!/usr/bin/env bash
# Passwords of sources are seen by nobody: not in the list of processes, in logs, state, events and plans. Another
# password is another flu-ingest, and touches nothing else.
. "$(dirname "$0")/../lib.sh"
need ffmpeg jq /usr/bin/python3
make_media clip.ts 6 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -f mpegts
ffmpeg -nostdin -v error -i clip.ts -c copy -f hls -hls_time 1 -hls_list_size 0 clip.m3u8
sed -i /ENDLIST/d clip.m3u8  # what reads it waits for more
cat >server.py <<'PY'
import base64, http.server, sys, time

def may(headers):
    login = base64.b64encode(f"joe:{open('password').read()}".encode()).decode()
    return headers.get("Authorization") in (f"Basic {login}", f"Bearer {open('password').read()}")

class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass
    def do_GET(self):
        if not may(self.headers):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.end_headers()
        elif self.path.startswith("/live"):
            self.send_response(200)
            self.end_headers()
            data = open("clip.ts", "rb").read()
            for start in range(0, len(data), 4096):
                self.wfile.write(data[start:start + 4096])
                time.sleep(4096 * 6 / len(data))
        else:
            super().do_GET()

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
secret=hunter$$a
printf %s "$secret" >password
echo "hunter$$" >patterns  # in a file, so that grep itself does not have it in its arguments
start server /usr/bin/python3 server.py
wait_for 20 test -s server.log
port=$(<server.log)
write_config() {  # PASSWORD of the first stream
    cat >flu.conf <<END
stream http { url tshttp://joe:$1@127.0.0.1:$port/live?token=$secret; segment_duration 1; }
stream hls { url "hls://127.0.0.1:$port/clip.m3u8?token=$secret" header.Authorization="Bearer $secret" skip_stalled_check=true; segment_duration 1; }
stream plain { url fake://fake; segment_duration 1; }
stream gone { url rtsp://joe:$secret@127.0.0.1:1/cam; url hls://joe:$secret@127.0.0.1:1/x.m3u8?token=$secret; 
  url "srt://127.0.0.1:1?passphrase=$secret" source_timeout=2; }
END
}
write_config "$secret"
start_ready supervisor flu-supervisor --config flu.conf --log-level debug
sees_frames() { [[ $(flu-ctl stream "$1" --json | jq -r .state) == running ]]; }
pid_of_unit() { jq -r .pid "$FLU_RUN_DIR/units/$1.json"; }
nobody_tells() {
    local file
    for file in /proc/[0-9]*/cmdline; do
        grep -aqsf patterns "$file" && fail "$file: $(tr '\0' ' ' <"$file")"
    done
    grep -rf patterns "$FLU_RUN_DIR/state" "$FLU_RUN_DIR/units" supervisor.log && fail "a secret was told"
    return 0
}
wait_for 30 sees_frames http
nobody_tells
wait_for 30 test -s "$FLU_RUN_DIR/live/hls/cur.mp4"
wait_for 30 grep -q 'rtsp://joe:\*\*\*@127.0.0.1:1/cam: .*refused' supervisor.log
wait_for 30 grep -q 'srt://127.0.0.1:1?passphrase=\*\*\*' supervisor.log
nobody_tells
pgrep -P "$(pid_of_unit ingest@hls)" flu-demux >demux.pid
expect_match '--conf /proc/self/fd/3.* @1 @2 ' "$(tr '\0' ' ' <"/proc/$(<demux.pid)/cmdline")"
expect_match 'flu-ingest @1 --to http' "$(tr '\0' ' ' <"/proc/$(pid_of_unit ingest@http)/cmdline")"
expect_eq 600 "$(stat -c %a "$FLU_RUN_DIR/conf/ingest@http.json")" "mode of the file with the secret"
expect test ! -e "$FLU_RUN_DIR/conf/ingest@plain.json"
for words in plan 'plan --json' 'explain http' 'explain hls' streams 'streams --json' 'stream http' 'stream gone --json' events; do
    # shellcheck disable=SC2086  # words of a command line
    flu-ctl --config flu.conf $words >shown
    grep -f patterns shown && fail "flu-ctl $words told it"
done
expect_match "'tshttp://joe:\*\*\*@127.0.0.1:$port/live\?token=\*\*\*'" "$(flu-ctl --config flu.conf explain http)"

# A typing error near a password is told without it.
sed 's/; segment_duration 1;/ segment_duration 1;/' flu.conf >wrong.conf
expect_exit 2 flu-supervisor --config wrong.conf --check
grep -f patterns err && fail "a mistake in the config told it"

# By hand, too: the source's process has what it was given, its helper has not.
start byhand bash -c 'exec flu-ingest "$(cat)" >/dev/null' <<<"hls://joe:$secret@127.0.0.1:$port/clip.m3u8"
helper() { pgrep -P "$(pid_of byhand)" flu-demux >helper.pid; }
wait_for 20 helper
grep -aqf patterns "/proc/$(<helper.pid)/cmdline" && fail "flu-demux has the secret in its arguments"
kill_wait byhand
expect_exit 2 flu-ingest @1 --to x
expect_match '@1: stands for a secret; --conf FILE' "$(<err)"

# Another password.
declare -A before=()
for unit in segment@http ingest@http ingest@hls ingest@plain; do before[$unit]=$(pid_of_unit "$unit"); done
write_config "hunter$$b"
printf %s "hunter$$b" >password
expect_exit 0 flu-ctl reload --json
expect_eq '["ingest@http"]' "$(jq -c .restarted out)" "what a changed password restarts"
is_new() { local now; now=$(pid_of_unit ingest@http) && [[ -n $now && $now != "${before[ingest@http]}" ]]; }
wait_for 20 is_new
for unit in segment@http ingest@hls ingest@plain; do
    expect_eq "${before[$unit]}" "$(pid_of_unit "$unit")" "$unit after the reload"
done
wait_for 30 sees_frames http
nobody_tells

# A successor goes on with what runs, and clears what belongs to none.
kill_wait supervisor KILL
: >"$FLU_RUN_DIR/conf/ingest@old.json"
now=$(pid_of_unit ingest@http)
start_ready supervisor flu-supervisor --config flu.conf
expect_eq "$now" "$(pid_of_unit ingest@http)" "the process that a successor adopts"
expect test ! -e "$FLU_RUN_DIR/conf/ingest@old.json"
kill_wait supervisor
expect_eq "" "$(find "$FLU_RUN_DIR/conf" -name 'ingest@*')" "secrets left behind"
