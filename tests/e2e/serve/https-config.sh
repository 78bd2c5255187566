#!/usr/bin/env bash
# https in the config: certificates beside it, a key with the documented password, the chain; told by flu-ctl,
# the API and /metrics; a WebSocket over it.
. "$(dirname "$0")/../lib.sh"
need curl jq openssl
. "$e2e_dir/tls/certificates.bash"
http=$(free_port)
https=$(free_port)
mkdir etc
{
    openssl req -new -newkey rsa:2048 -nodes -keyout middle.key -subj '/CN=Between' -out middle.csr
    openssl x509 -req -in middle.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out etc/flussonic-ca.crt \
        -extfile <(echo basicConstraints=CA:true)
    openssl req -new -newkey rsa:2048 -keyout etc/flussonic.key -passout pass:flussonic -subj '/CN=localhost' -out server.csr
    openssl x509 -req -in server.csr -CA etc/flussonic-ca.crt -CAkey middle.key -CAcreateserial -days 2 -out etc/flussonic.crt \
        -extfile <(echo subjectAltName=DNS:localhost)
} 2>>openssl.log
cat >etc/flu.conf <<END
http 127.0.0.1:$http;
https 127.0.0.1:$https;
stream demo { url fake://fake; segment_duration 1; }
END
expect_exit 0 flu-ctl --config etc/flu.conf config check
expect_eq '' "$(<err)" 'warnings'
expect_exit 0 flu-supervisor --check --config <(cat etc/flu.conf)
expect_match ':2: warning: https: no certificate.*expected flu.crt with flu.key in /' "$(<err)"
start_ready supervisor flu-supervisor --config etc/flu.conf
base=https://localhost:$https
plays() { fetch "$base/demo/index.m3u8" --cacert ca.pem; }
wait_for 30 plays
is_told() { flu-ctl status --json | jq -e --argjson port "$https" \
    '.listen | any(.proto == "https" and .port == $port)'; }
wait_for 10 is_told
counts() { fetch "http://127.0.0.1:$http/metrics" | grep -qE '^flu_tls_handshakes_total [1-9]'; }
wait_for 10 counts
expect_match 'flu_tls_certificate_valid_until_seconds\{certificate="[^"]*/etc/flussonic.crt"\} [0-9]{10}' \
    "$(fetch "http://127.0.0.1:$http/metrics")"
is_listed() { flu-ctl status | grep -E 'https .*:'"$https"; }
wait_for 10 is_listed

socket() {
    printf 'GET /demo/mse_ld HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n%s\r\n\r\n' \
        $'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
    sleep 3
}
socket | timeout 20 openssl s_client -quiet -no_ign_eof -connect "127.0.0.1:$https" -servername localhost -verify_quiet 2>/dev/null >talk.txt || true
expect_match '^HTTP/1.1 101 ' "$(head -n 1 talk.txt)"
expect grep -aq avc1 talk.txt

# A browser that goes to a page in plain HTTP is led there; players, scripts and proxies are not.
plain=http://127.0.0.1:$http
html='Accept: text/html,*/*;q=0.8'
led_to() { curl -s -o /dev/null -w '%{http_code} %{redirect_url}' "$@"; }
expect_eq "302 https://127.0.0.1:$https/demo/embed.html?token=a%20b&autoplay=false" \
    "$(led_to -H "$html" "$plain/demo/embed.html?token=a%20b&autoplay=false")"
expect_eq "302 https://tv.example:$https/" "$(led_to -IH "$html" -H 'Host: tv.example' "$plain/")" 'its own name'
for header in 'X-Forwarded-Proto: https' 'X-Forwarded-For: 192.0.2.1' 'Via: 1.1 proxy' 'Host: a b'; do
    expect_eq '200 ' "$(led_to -H "$html" -H "$header" "$plain/demo/embed.html")" "$header"
done
expect_eq '200 ' "$(led_to "$plain/demo/embed.html")" 'a script'
expect_eq '200 ' "$(led_to -H "$html" "$plain/demo/index.m3u8")" 'a playlist'
expect_eq '200 ' "$(led_to -H "$html" "$plain/flussonic/api/media")" 'the API'
expect_eq '200 ' "$(led_to -H "$html" --cacert ca.pem "$base/demo/embed.html")" 'who is there already'

# Without certificates plain HTTP goes on, and the log says what is missing.
mv etc/flussonic.crt etc/kept
refused() { ! plays && fetch "http://127.0.0.1:$http/demo/index.m3u8"; }
wait_for 10 refused
# Each worker looks for itself.
is_led_nowhere() { [[ $(led_to -H "$html" "$plain/demo/embed.html") == '200 ' ]]; }
wait_for 10 is_led_nowhere
wait_for 10 grep -q 'no certificate: expected NAME.crt with NAME.key in .*/etc' supervisor.log
mv etc/kept etc/flussonic.crt
wait_for 10 plays
