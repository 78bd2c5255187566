#!/usr/bin/env bash
# What the README says in a shell, typed as it stands, plays; and its config is one.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"

block_after() {  # the first code block after a heading
    awk -v heading="$1" '$0 == heading { on = 1 } on && /^```/ { if (inside) exit; inside = 1; next } inside' \
        "$FLU_SOURCE/README.md"
}

port=$(free_port)
block_after '## In a shell, with no config' >commands
grep -q '^flu-ingest .* | flu-segment ' commands || fail "the README's pipeline is not where it was"
sed "s/8080/$port/" commands >here
{ grep -v ffplay here; echo wait; } >typed
url=$(sed -n 's/^ffplay //p' here)

start shell bash typed
wait_for 30 fetch "$url"
play_ffmpeg "$url" 4

block_after '## As a server' >flu.conf
grep -q '^stream ' flu.conf || fail "the README's config is not where it was"
expect flu-ctl --config flu.conf config check
for example in "$FLU_SOURCE"/examples/*.conf; do expect flu-ctl --config "$example" config check; done
