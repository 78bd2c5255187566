#!/usr/bin/env bash
# A stream that a reload removes is unknown from then on, also to a viewer who never stops asking for it.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
port=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
stream kept { url fake://fake; segment_duration 1; }
stream gone { url fake://fake; segment_duration 1; }
END
start_ready supervisor flu-supervisor --config flu.conf
# One connection, and thus one worker: the one that has served the stream.
cat >viewer.py <<'END'
import http.client, sys, time
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
while True:
    connection.request("GET", f"/{sys.argv[2]}/index.m3u8")
    reply = connection.getresponse()
    reply.read()
    print(reply.status, flush=True)
    time.sleep(0.1)
END
for name in kept gone; do
    wait_for 30 fetch "http://127.0.0.1:$port/$name/index.m3u8"
    start "$name" python3 viewer.py "$port" "$name"
    wait_for 20 grep -q 200 "$name.log"
done
sed -i /gone/d flu.conf
expect_exit 0 flu-ctl reload
wait_for 10 grep -q 404 gone.log
expect_eq "200 404" "$(uniq gone.log | xargs)" "answers to the viewer of the removed stream"
expect_eq "200" "$(uniq kept.log | xargs)" "answers to the viewer of the other stream"
