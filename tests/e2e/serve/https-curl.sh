#!/usr/bin/env bash
# HTTPS: SNI, several ports, tickets that any worker takes, a player, certificates that change under a
# client, and what is no TLS.
. "$(dirname "$0")/../lib.sh"
need curl jq ffprobe openssl
. "$e2e_dir/tls/certificates.bash"
start_stream demo fake://fake
mkdir tls
cp good.pem tls/flu.crt
cp good.key tls/flu.key
issue named 'DNS:named.example' -days 2
cp named.pem tls/named.crt
cp named.key tls/named.key
start_ready web flu-serve --http 127.0.0.1:0 --https 127.0.0.1:0 --https 127.0.0.1:0 --workers 2 --tls-dir "$PWD/tls"
port=$(jq '.listen[] | select(.proto == "https") | .port' <<<"$web_ready" | head -n 1)
other_port=$(jq '.listen[] | select(.proto == "https") | .port' <<<"$web_ready" | tail -n 1)
base=https://localhost:$port
get() { fetch "$@" --cacert ca.pem; }
plays() { get "$base/demo/index.m3u8"; }
wait_for 30 plays
expect_eq "$(fetch "http://127.0.0.1:$web_port/")" "$(get "https://localhost:$other_port/")" 'the other port'
expect get "https://named.example:$port/" --resolve "named.example:$port:127.0.0.1" >/dev/null
expect get "https://127.0.0.1:$port/" >/dev/null  # no name: the first certificate
expect_exit 60 curl -sS --cacert ca.pem --resolve "unknown.example:$port:127.0.0.1" "https://unknown.example:$port/"

segment=$base/demo/$(get "$base/demo/index.m3u8" | grep -m 1 '\.ts')
for version in 1.2 1.3; do get "$segment" "--tlsv$version" --tls-max "$version" | ffprobe -v error - || fail "$version"; done
expect_exit 35 curl -sS --cacert ca.pem --tlsv1.1 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "$base/"
ffprobe -v error -ca_file ca.pem -tls_verify 1 -show_entries stream=codec_name -of csv=p=0 "$base/demo/index.m3u8" >codecs
expect grep -q h264 codecs

# A ticket of one worker is good for the other: the kernel chooses between them by the client's port.
openssl s_client -connect "127.0.0.1:$port" -tls1_2 -sess_out ticket </dev/null >/dev/null 2>&1
for _ in {1..8}; do
    openssl s_client -connect "127.0.0.1:$port" -tls1_2 -sess_in ticket </dev/null 2>/dev/null | grep -c '^Reused' || true
done >reused
expect_eq 8 "$(grep -c 1 reused)" 'sessions that were resumed'
expect_match 'ALPN protocol: http/1.1' \
    "$(openssl s_client -connect "127.0.0.1:$port" -alpn h2,http/1.1 </dev/null 2>/dev/null)"

# Plain HTTP is told so.
expect_match 'HTTP/1.1 400 .*https://' "$(curl -si "http://127.0.0.1:$port/demo/index.m3u8" | tr -d '\r\n')"

# Another certificate under a client that watches; half of it, or nonsense, changes nothing.
start viewer curl -sN --cacert ca.pem -o viewer.ts "$base/demo/mpegts"
serial() { openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -noout -serial; }
old=$(serial)
echo nonsense >tls/flu.crt
wait_for 10 grep -q 'flu.crt: expected PEM.*stays in use' web.log
expect_eq "$old" "$(serial)"
issue good 'DNS:localhost,IP:127.0.0.1' -days 2
cp good.key tls/flu.key
cp good.pem tls/flu.crt
is_new() { [[ $(serial) != "$old" ]]; }
wait_for 10 is_new
expect plays >/dev/null
size=$(stat -c %s viewer.ts)
grows() { (($(stat -c %s viewer.ts) > size + 50000)); }
wait_for 10 grows
expect is_running viewer
kill_wait web
