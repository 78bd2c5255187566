#!/usr/bin/env bash
# flu-tls against openssl s_server: bytes both ways, certificates that are not to be accepted, old versions, who does
# not speak TLS at all.
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/e2e/tls/certificates.bash
. "$e2e_dir/tls/certificates.bash"
need socat

serve() {  # NAME CERTIFICATE OPTIONS…
    local name=$1 certificate=$2
    shift 2
    start "$name" openssl s_server -accept 127.0.0.1:0 -cert "$certificate.pem" -key "$certificate.key" -www "$@"
    wait_for 10 grep -q '^ACCEPT 127' "$name.log"
    port=$(sed -n 's/^ACCEPT 127.0.0.1:\([0-9]*\).*/\1/p' "$name.log")
}
ask() { printf 'GET / HTTP/1.0\r\n\r\n' | flu-tls "$@"; }
says() {  # CODE REGEX WORDS…
    local code=$1 regex=$2
    shift 2
    expect_exit "$code" flu-tls "$@"
    expect_match "$regex" "$(cat err)" "$*"
    expect_eq 1 "$(wc -l <err)" "lines of: $(cat err)"
}

serve good good
good_port=$port
for peer in localhost 127.0.0.1; do
    expect_match 'HTTP/1.0 200 ok' "$(ask --ca ca.pem "$peer:$port")" "$peer"
done
expect_match 'HTTP/1.0 200 ok' "$(SSL_CERT_FILE=ca.pem ask "localhost:$port")" 'SSL_CERT_FILE'
expect_match 'HTTP/1.0 200 ok' "$(ask --no-verify "localhost:$port")" '--no-verify'
says 1 'not accepted: .*(issuer|self-signed)' "localhost:$port"
serve other other
says 1 'not accepted: hostname mismatch' --ca ca.pem "localhost:$port"
says 1 'not accepted: IP address mismatch' --ca ca.pem "127.0.0.1:$port"
expect_match 'HTTP/1.0 200 ok' "$(ask --no-verify "localhost:$port")" '--no-verify, another name'
serve old old
says 1 'not accepted: certificate has expired' --ca ca.pem "localhost:$port"
serve version good -tls1_1 -cipher 'ALL:@SECLEVEL=0'
says 3 'tls localhost' --ca ca.pem "localhost:$port"
: >zero.pem
says 2 'read certificates from zero.pem' --ca zero.pem "localhost:$good_port"

start plain socat "TCP4-LISTEN:0,bind=127.0.0.1,fork" SYSTEM:'echo hello there how are you'
plain_port() { ss -ltnpH | grep "pid=$(pid_of plain)," | grep -o '127.0.0.1:[0-9]*' | cut -d: -f2 | grep .; }
wait_for 10 plain_port
says 3 'does not speak TLS' "127.0.0.1:$(plain_port)"
kill_wait plain
says 3 'connection refused' "127.0.0.1:$(free_port)"
says 2 'expected HOST:PORT' localhost

# Ten megabytes there and back.
cat >echo.py <<'END'
import socket, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("good.pem", "good.key")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection = context.wrap_socket(listener.accept()[0], server_side=True)
left = 10_000_000
while left > 0:
    data = connection.recv(65536)
    left -= len(data)
    connection.sendall(data)
connection.unwrap()
END
head -c 10000000 /dev/urandom >data
start echo /usr/bin/python3 echo.py
wait_for 10 test -s echo.log
flu-tls --ca ca.pem "localhost:$(<echo.log)" <data >back
expect cmp data back
