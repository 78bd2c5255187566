#!/usr/bin/env bash
# RTSP from GStreamer's server, with a login: every picture, also out of order, as RTP has no decoding times.
. "$(dirname "$0")/../lib.sh"
need ffmpeg ffprobe
/usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null || skip "no RTSP server of GStreamer"

make_media in.mp4 4 -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac
start server /usr/bin/python3 "$FLU_SOURCE/tests/support/rtsp_server.py" in.mp4 joe hunter2
wait_for 15 grep -q '^[0-9]' server.log
at=127.0.0.1:$(grep '^[0-9]' server.log)/cam

timeout 30 flu-demux "rtsp://joe:hunter2@$at" >out.mp4 2>err || fail "exit $?: $(cat err)"
packets() { ffprobe -v error -select_streams v -show_entries packet=pts,dts -of csv=p=0 "$1"; }
expect_eq "$(packets in.mp4 | wc -l)" "$(packets out.mp4 | wc -l)" pictures
pictures() { ffmpeg -nostdin -v error -i "$1" -map 0:v -fps_mode passthrough -f framemd5 - | grep -v '^#' | awk -F, '{print $NF}' | sha256sum; }
expect_eq "$(pictures in.mp4)" "$(pictures out.mp4)" "decoded pictures"
expect_eq 0 "$(packets out.mp4 | awk -F, 'NR > 1 && $2 <= last { n++ } { last = $2 } END { print n + 0 }')" "decoding times that do not rise"
# Where the order is not told it is learnt from the first pictures; after that they are evenly spaced.
expect_eq "" "$(packets out.mp4 | awk -F, 'NR > 20 { d = $2 - last; if (d < 3590 || d > 3610) print d } { last = $2 }')" "uneven steps"

expect_exit 1 timeout 20 flu-demux "rtsp://joe:hunter3@$at"
expect_match '401' "$(cat err)"
grep -q hunter err && fail "told the secret"
start_stream cam "rtsp://joe:hunter2@$at"
wait_for 20 grep -q plays cam.hub.log
grep -q hunter cam.ingest.log && fail "told the secret"

# A server that refuses TCP.
start udp env RTSP_UDP=1 /usr/bin/python3 "$FLU_SOURCE/tests/support/rtsp_server.py" in.mp4
wait_for 15 grep -q '^[0-9]' udp.log
timeout 30 flu-demux "rtsp://127.0.0.1:$(grep '^[0-9]' udp.log)/cam" source_timeout=3 >udp.mp4 2>err || true
got=$(packets udp.mp4 | wc -l)
((got >= 60)) || fail "$got pictures over UDP: $(cat err)"
exit 0
