# shellcheck shell=bash
# An authority of our own and what it issued, in the working directory. Sourced behind lib.sh.
#   ca.pem                the authority
#   good.pem good.key     for localhost and 127.0.0.1
#   other.pem other.key   for another name
#   old.pem old.key       for localhost, out of date
need openssl

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=Test authority' \
    -keyout ca.key -out ca.pem 2>openssl.log
issue() {  # NAME NAMES [OPENSSL OPTIONS…]
    local name=$1 names=$2
    shift 2
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$name.key" \
        -out "$name.csr" 2>>openssl.log
    openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -out "$name.pem" "$@" \
        -extfile <(echo "subjectAltName=$names") 2>>openssl.log
}
issue good 'DNS:localhost,IP:127.0.0.1' -days 2
issue other 'DNS:other.example' -days 2
issue old 'DNS:localhost,IP:127.0.0.1' -days -1
