#!/usr/bin/env bash
# What caches, players and web pages ask of HTTP: methods, conditions, ranges, types, CORS.
. "$(dirname "$0")/../lib.sh"
need curl

hub_options=(--segment-duration 1)
start_stream demo fake://fake
start_ready web flu-serve --http 127.0.0.1:0 --workers 2 --access-log "$PWD/access.log"
url=http://127.0.0.1:$web_port

head_of() { curl -fsS --max-time 20 -D - -o /dev/null "$@" | tr -d '\r'; }
has() { grep -qix -- "$1" headers || fail "no '$1' in: $(cat headers)"; }

wait_for 20 test -d "$FLU_RUN_DIR/live/demo"
# The first request waits for the first segment.
expect_match '^#EXTM3U' "$(fetch "$url/demo/index.m3u8")" playlist
head_of "$url/demo/index.m3u8" >headers
has 'Content-Type: application/vnd.apple.mpegurl'
has 'Cache-Control: public, max-age=1'
has 'Access-Control-Allow-Origin: \*'

segment=$url/demo/$(fetch "$url/demo/index.m3u8" | grep -m1 '\.ts$')
curl -fsS "$segment" -o whole -D headers
sed -i 's/\r$//' headers
has 'Content-Type: video/mp2t'
has "Content-Length: $(stat -c %s whole)"
has 'Cache-Control: public, max-age=31536000, immutable'
has 'Accept-Ranges: bytes'
etag=$(sed -n 's/^ETag: //p' headers)

# The address without milliseconds names the same segment.
fetch "$(sed -E 's|/([0-9]{2})[0-9]{3}-([0-9]+)\.ts$|/\1-\2.ts|' <<<"$segment")" | cmp - whole

head_of -I "$segment" >headers
has "Content-Length: $(stat -c %s whole)"
expect_eq 304 "$(http_status "$segment" -H "If-None-Match: \"x\", W/$etag")" 'the same tag'
expect_eq 200 "$(http_status "$segment" -H 'If-None-Match: "x"')" 'another tag'

# A file's time is a condition as well, where no tag is given.
modified=$(sed -n 's/^Last-Modified: //p' headers)
expect_match ' GMT$' "$modified" 'Last-Modified of a segment'
for page in "$segment" "$url/demo/preview.mp4" "$url/demo/embed.html" "$url/flu/assets/FlussonicMsePlayer.js"; do
    since=$(curl -fsSI "$page" | tr -d '\r' | sed -n 's/^Last-Modified: //p')
    [[ $page == *preview.mp4 ]] || expect_eq 304 "$(http_status "$page" -H "If-Modified-Since: $since")" "$page since $since"
    expect_eq 200 "$(http_status "$page" -H "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT")" "$page since 1994"
done
expect_eq 200 "$(http_status "$segment" -H "If-Modified-Since: $modified" -H 'If-None-Match: "x"')" 'another tag, not newer'

curl -fsS -r 188-375 "$segment" -o part -D headers
sed -i 's/\r$//' headers
has "Content-Range: bytes 188-375/$(stat -c %s whole)"
cmp part <(dd if=whole bs=188 skip=1 count=1 status=none)
cmp <(curl -fsS -r -188 "$segment") <(tail -c 188 whole)
cmp <(curl -fsS -r 0-1,5-6 "$segment") whole
expect_eq 416 "$(http_status "$segment" -r 999999999-)" 'outside'
expect_eq 206 "$(http_status "$segment" -r 0-9 -H "If-Range: $etag")" 'If-Range of these bytes'
expect_eq 200 "$(http_status "$segment" -r 0-9 -H 'If-Range: "x"')" 'If-Range of others'

head_of -X OPTIONS -H 'Origin: http://page' -H 'Access-Control-Request-Headers: range' \
    -H 'Access-Control-Request-Method: GET' "$url/demo/index.m3u8" >headers
has 'Access-Control-Allow-Methods: GET, HEAD, OPTIONS'
grep -qi '^Access-Control-Allow-Headers:.*Range' headers || fail 'no Range allowed in a preflight'

grep -qix 'Access-Control-Allow-Headers:.*, \*, range' headers || fail 'no header of a page allowed in a preflight'
grep -qi '^Access-Control-Expose-Headers:.*Content-Range, Date' headers || fail 'what a page may read'
# A page that sends credentials is answered by its name; what the API tells is for no page that does.
head_of -H 'Origin: http://page' "$url/demo/index.m3u8" >headers
has 'Access-Control-Allow-Origin: http://page'
has 'Access-Control-Allow-Credentials: true'
has 'Vary: Origin'
curl -sS -D headers -o /dev/null -H 'Origin: http://page' "$url/flussonic/api/streams"
sed -i 's/\r$//' headers
has 'Access-Control-Allow-Origin: \*'
expect_eq '' "$(grep -i credentials headers)" 'credentials for the API'
for method in DELETE POST PUT TRACE; do
    expect_match 'Allow: GET, HEAD, OPTIONS' "$(curl -si -X "$method" "$url/demo/index.m3u8")" "$method"
done
expect_match 'Content-Range: bytes [*]/[0-9]' "$(curl -si -r 999999999- "$segment")" '416'
expect_match "ETag: $etag" "$(curl -si "$segment" -H "If-None-Match: $etag")" '304'
expect_eq 404 "$(http_status "$url/nobody/index.m3u8")" 'an unknown stream'
expect_eq 404 "$(http_status "$url/demo/tracks-v1a1/2026/01/01/00/00/00000-04000.ts")" 'an unknown segment'
expect_eq 404 "$(http_status "$url/demo/tracks-v7/index.m3u8")" 'unknown tracks'
expect_eq 400 "$(http_status "$url/demo/%2e%2e/demo/index.m3u8" --path-as-is)" 'dots'
expect_eq 405 "$(http_status "$url/demo/index.m3u8" -X DELETE)" 'a method of no use'
expect_match '/demo/index.m3u8' "$(fetch "$url/")" 'the list of streams'

expect_eq 200 "$(http_status "$url/demo/index.m3u8" --http1.0)" 'HTTP/1.0'
expect_eq 200 "$(http_status "$url/demo/index.m3u8" -X GET -d body -H 'Expect: 100-continue')" 'a body'
# Two requests, one connection.
expect_eq 1 "$(curl -sS "$segment" "$segment" -o /dev/null -o /dev/null -w '%{num_connects}\n' |
    paste -sd+ | /usr/bin/python3 -c 'print(eval(input()))')" 'connections of keep-alive'
wait_for 5 grep -qE '^127\.0\.0\.1 - - \[.*\] "GET /demo/tracks-[^"]* HTTP/1\.1" 206 188 ' access.log
