#!/usr/bin/env bash
# A config with many mistakes: each is named with its line and what was probably meant, all at once.
. "$(dirname "$0")/../lib.sh"
cat >flu.conf <<'END'
http 99999;
edit_auth onlyname;
stream ort {
  url udp://239.0.0.1:1234 progam=2;
  segmnets 5;
  dvr /storage 5x;
  url rtsp2://admin:hidden@cam/h264
}
stream ort { url fake://fake; }
stream "bad name" { url http://x/y; segments many; frames_timeout 90; }
}
strem x { }
stream open { url "udp://1.2.3.4:5;
END
expect_exit 2 flu-supervisor --config flu.conf --check
cp err supervisor.err
while read -r line; do
    grep -qF -- "$line" supervisor.err || fail "not said: $line"
done <<'END'
flu.conf:1: http: expected PORT or IP:PORT with a port from 1 to 65535, found '99999'
flu.conf:2: 'edit_auth' takes 2 arguments, found 1
flu.conf:4: unknown option 'progam' of a url in stream 'ort', did you mean 'program'?
flu.conf:5: unknown option 'segmnets' in stream 'ort', did you mean 'segments'?
flu.conf:6: dvr in stream 'ort': expected a limit such as 2d, 10h, 90% or 10G, found '5x'
flu.conf:7: warning: url 'rtsp2://admin:***@cam/h264' in stream 'ort': rtsp2:// is not supported yet: ignored
flu.conf:9: stream 'ort' is declared in line 3 already
flu.conf:10: stream name 'bad name'
flu.conf:10: url 'http://x/y' in stream 'bad name': say what is sent over HTTP: tshttp:// for MPEG-TS or hls://
flu.conf:10: segments in stream 'bad name': expected a whole number
flu.conf:10: frames_timeout in stream 'bad name' must be smaller than source_timeout, which is 60 s
flu.conf:11: '}' closes nothing: no block is open here
flu.conf:12: unknown directive 'strem', did you mean 'stream'?
flu.conf:13: the quote '"' is not closed on its line
flu.conf:13: '}' is missing: the block of 'stream open' is not closed
END
! grep -q hidden supervisor.err || fail "a password was shown"
expect_exit 2 flu-supervisor --config flu.conf
expect_exit 2 flu-ctl config check --config flu.conf
grep -v warning supervisor.err | grep flu.conf: | sort >one
grep -v warning err | grep flu.conf: | sort >two
expect diff <(sed '/^flu-/d' one) <(sed '/^flu-/d' two)
expect_exit 2 flu-supervisor --config missing.conf --check
expect_match 'open missing.conf' "$(<err)"

expect_exit 0 flu-supervisor --config "$FLU_SOURCE/examples/sources.conf" --check
echo 'stream ort { url fake://fake }' >good.conf
expect_exit 0 flu-supervisor --config good.conf --check
expect_eq "" "$(<err)"
