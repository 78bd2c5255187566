#!/usr/bin/env bash
# hlss://, rtmps:// and rtsps:// accept no certificate that is for another name, out of date, or of an unknown authority,
# on no connection that comes of a source, and say which host and why.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe socat /usr/bin/python3
# shellcheck source=tests/e2e/tls/certificates.bash
. "$e2e_dir/tls/certificates.bash"

make_media in.flv 4 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
mkdir www
ffmpeg -nostdin -v error -i in.flv -c copy -f hls -hls_time 1 -hls_list_size 0 www/index.m3u8
cat >server.py <<'PY'
import http.server, ssl, sys

class Files(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/to="):
            self.send_response(302)
            self.send_header("Location", self.path[4:])
            self.end_headers()
        else:
            super().do_GET()
    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
if len(sys.argv) > 1:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"../{sys.argv[1]}.pem", f"../{sys.argv[1]}.key")
    # A client that refuses leaves in the middle of the handshake: that is a matter of one connection's thread.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_address[1], flush=True)
server.serve_forever()
PY
declare -A at=()
serve() {  # NAME [CERTIFICATE]
    start "$1" bash -c 'cd www && exec /usr/bin/python3 ../server.py $1' - "${2:-}"
    wait_for 20 grep -q '^[0-9]' "$1.log"
    at[$1]=$(head -n 1 "$1.log")
}
for name in good other old; do serve "$name" "$name"; done
serve plain

takes() {  # WORDS…
    timeout 30 flu-demux "$@" >out.mp4 2>err || fail "$*: $(cat err)"
    expect_eq 100 "$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 out.mp4 | head -n 1)" "pictures of $*"
}
refuses() {  # REGEX WORDS…
    local regex=$1
    shift
    expect_exit 1 timeout 30 flu-demux "$@" source_timeout=8
    expect_match "$regex" "$(cat err)" "$*"
    expect_eq 1 "$(wc -l <err)" "lines of: $(cat err)"
    expect_eq 0 "$(stat -c %s out)" "bytes of $*"
}
unknown='its certificate is not accepted: (self-signed certificate in certificate chain|unable to get local issuer certificate)'
wrong='its certificate is not accepted: hostname mismatch'
expired='its certificate is not accepted: certificate has expired'

takes "hlss://localhost:${at[good]}/index.m3u8" tls_ca=ca.pem
takes "hlss://127.0.0.1:${at[good]}/index.m3u8" tls_ca=ca.pem
refuses "read hlss://localhost:${at[good]}/index.m3u8: tls localhost:${at[good]}: $unknown" "hlss://localhost:${at[good]}/index.m3u8"
refuses "tls localhost:${at[other]}: $wrong" "hlss://localhost:${at[other]}/index.m3u8" tls_ca=ca.pem
refuses "tls localhost:${at[old]}: $expired" "hlss://localhost:${at[old]}/index.m3u8" tls_ca=ca.pem
expect_exit 2 flu-demux "hlss://localhost:${at[good]}/index.m3u8" tls_ca=no-such.pem
expect_match 'tls_ca: open no-such.pem: no such file' "$(cat err)"
expect_exit 2 flu-demux rtsp://localhost/x tls_ca=ca.pem

# Where a server leads to, in an answer, a master playlist or a playlist.
refuses "tls localhost: its certificate is not accepted" "hls://localhost:${at[plain]}/to=https://localhost:${at[old]}/index.m3u8" tls_ca=ca.pem
takes "hls://localhost:${at[plain]}/to=https://localhost:${at[good]}/index.m3u8" tls_ca=ca.pem
printf '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://localhost:%s/index.m3u8\n' "${at[other]}" >www/master.m3u8
refuses "tls localhost:${at[other]}: $wrong" "hlss://localhost:${at[good]}/master.m3u8" tls_ca=ca.pem
sed "s|^index|https://localhost:${at[old]}/index|" www/index.m3u8 >www/away.m3u8
refuses "tls localhost:${at[old]}: $expired" "hlss://localhost:${at[good]}/away.m3u8" tls_ca=ca.pem
# One that goes on for ever does not try for ever.
sed -i /ENDLIST/d www/away.m3u8
refuses "tls localhost:${at[old]}: $expired" "hlss://localhost:${at[good]}/away.m3u8" tls_ca=ca.pem skip_stalled_check=true

wrap() {  # NAME CERTIFICATE PLAIN_PORT: TLS in front of another server
    at[$1]=$(free_port)
    start "$1" socat "OPENSSL-LISTEN:${at[$1]},bind=127.0.0.1,reuseaddr,fork,cert=$2.pem,key=$2.key,verify=0" "TCP:127.0.0.1:$3"
    wait_for 10 bash -c "ss -Htln sport = :${at[$1]} | grep -q LISTEN"
}
port=$(free_port)
start rtmp ffmpeg -nostdin -v info -i in.flv -c copy -f flv -listen 1 "rtmp://127.0.0.1:$port/live/cam"
wait_for 10 bash -c "ss -Htln sport = :$port | grep -q LISTEN"
for name in good other old; do wrap "rtmps-$name" "$name" "$port"; done
refuses "tls localhost:${at[rtmps-good]}: $unknown" "rtmps://localhost:${at[rtmps-good]}/live/cam"
refuses "tls localhost:${at[rtmps-other]}: $wrong" "rtmps://localhost:${at[rtmps-other]}/live/cam" tls_ca=ca.pem
refuses "tls localhost:${at[rtmps-old]}: $expired" "rtmps://localhost:${at[rtmps-old]}/live/cam" tls_ca=ca.pem

/usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null || skip "no RTSP server of GStreamer"
ffmpeg -nostdin -v error -i in.flv -c copy in.mp4
start rtsp /usr/bin/python3 "$FLU_SOURCE/tests/support/rtsp_server.py" in.mp4
wait_for 15 grep -q '^[0-9]' rtsp.log
for name in good other old; do wrap "rtsps-$name" "$name" "$(grep '^[0-9]' rtsp.log)"; done
refuses "tls localhost:${at[rtsps-good]}: $unknown" "rtsps://localhost:${at[rtsps-good]}/cam"
refuses "tls localhost:${at[rtsps-other]}: $wrong" "rtsps://localhost:${at[rtsps-other]}/cam" tls_ca=ca.pem
refuses "tls localhost:${at[rtsps-old]}: $expired" "rtsps://localhost:${at[rtsps-old]}/cam" tls_ca=ca.pem
takes "rtsps://localhost:${at[rtsps-good]}/cam" tls_ca=ca.pem
# In a stream: flu-ingest hands the option on.
start_stream cam "hlss://localhost:${at[good]}/index.m3u8" tls_ca=ca.pem
wait_for 20 grep -q plays cam.hub.log
