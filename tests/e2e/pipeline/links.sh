#!/usr/bin/env bash
# The programs that run once a stream stay small: neither FFmpeg nor OpenSSL in them.
. "$(dirname "$0")/../lib.sh"

for tool in flu-ingest flu-segment; do
    libraries=$(ldd "$FLU_BIN/$tool")
    [[ ! $libraries =~ libav|libsw|libssl|libcrypto|libcurl ]] || fail "$tool links ${BASH_REMATCH[0]}"
done
