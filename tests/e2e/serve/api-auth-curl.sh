#!/usr/bin/env bash
# Who may ask the HTTP API, and who may change something.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
port=$(free_port)
stream='stream a { disabled; }'
echo "http 127.0.0.1:$port; $stream" >flu.conf
start_ready supervisor flu-supervisor --config flu.conf
api=http://127.0.0.1:$port/flussonic/api
wait_for 20 fetch "$api/server" -o /dev/null
expect_status() { local wanted=$1; shift; expect_eq "$wanted" "$(http_status "$@")" "$*"; }

# Without logins: reading is open, changes are for this machine, not for a proxy or a page.
expect_status 200 "$api/media"
expect_status 200 "$api/reload"
expect_status 403 "$api/reload" -H 'X-Forwarded-For: 10.0.0.1'
expect_status 403 "$api/reload" -H 'Origin: http://evil.example'
expect_status 403 "$api/config/stream_create" -H 'Origin: null' --data-binary 'stream b { }'
expect_match 'edit_auth USER PASSWORD' "$(curl -s -H 'Via: 1.1 x' "$api/reload" | jq -r .error)"

echo "http 127.0.0.1:$port; view_auth viewer see; edit_auth admin \"a pass:word\"; $stream" >flu.conf
expect_status 200 "$api/reload"
is_closed() { [[ $(http_status "$api/server") == 401 ]]; }
wait_for 5 is_closed
for path in server media media_info/a stream_health/a input_media_info/a sessions; do expect_status 401 "$api/$path"; done
expect_match 'WWW-Authenticate: Basic realm="flu"' "$(curl -si "$api/server")"
expect_status 200 "$api/server" -u viewer:see
expect_status 200 "$api/server" -u 'admin:a pass:word'
expect_status 401 "$api/server" -u viewer:seen
expect_status 401 "$api/server" -u viewer:
expect_status 401 "$api/server" -H 'Authorization: Bearer x'
expect_status 401 "$api/server" -H 'Authorization: Basic ####'
for change in reload stream_restart/a; do
    expect_status 401 "$api/$change"
    expect_status 401 "$api/$change" -u viewer:see
    expect_status 403 "$api/$change" -u 'admin:a pass:word' -H 'Sec-Fetch-Site: cross-site'
done
expect_status 200 "$api/reload" -u 'admin:a pass:word'
expect_status 200 "$api/reload" -X POST -u 'admin:a pass:word' -H 'X-Forwarded-For: 10.0.0.1'

# Refused before the body is read.
head -c 3000000 /dev/zero | tr '\0' '#' >big
expect_status 401 "$api/config/stream_create" --data-binary @big
expect_status 401 "$api/config/stream_create" --data-binary @big -H 'Expect:' -u admin:wrong
expect_status 200 "$api/config/stream_create" --data-binary 'stream b { disabled; }' -u 'admin:a pass:word'
expect_status 404 "$api/nothing"
# Viewers need no login of the administration.
expect_match '^(404|503)$' "$(http_status "http://127.0.0.1:$port/a/media_info.json")"

# Told to the operator; passwords are nowhere but in the config.
expect_match 'api_denied' "$(flu-ctl events --last 200)"
grep -q 'API: .* 127.0.0.1' supervisor.log || fail 'no line in the log about wrong logins'
for secret in 'a pass:word' "$(printf 'admin:a pass:word' | base64)"; do
    if grep -rqF "$secret" "$FLU_RUN_DIR/state" "$FLU_RUN_DIR/conf" supervisor.log; then
        fail "the password lies open"
    fi
done
if pgrep -f 'flu-.*a pass:word' >/dev/null; then fail 'the password is in a command line'; fi
expect_eq 600 "$(stat -c %a "$FLU_RUN_DIR/conf/serve.json")"
