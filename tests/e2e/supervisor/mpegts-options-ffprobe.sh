#!/usr/bin/env bash
# provider, mpegts_pids, prepush and no_prepush: PIDs are one over HTTP, in HLS segments and for any choice of tracks; the
# others say what a client gets first. A reload is taken over.
. "$(dirname "$0")/../lib.sh"
need curl ffprobe python3
port=$(free_port)
configure() {  # PROVIDER VIDEO_PID
    cat >flu.conf <<END
http 127.0.0.1:$port;
stream a { url fake://fake; provider "$1"; mpegts_pids pmt=4095 sdt=0x12 v1=$2 a0=16#dc; prepush 4; }
stream b { url fake://fake; no_prepush; }
END
}
configure 'Первый' 211
start_ready supervisor flu-supervisor --config flu.conf
url=http://127.0.0.1:$port
pids() { /usr/bin/python3 "$FLU_SOURCE/tests/e2e/clients/ts_check.py" "$1"; }
take() {  # PATH BYTES FILE
    { curl -s -m 8 "$url/$1" || true; } | head -c "$2" >"$3"
    [[ -s $3 ]]
}
wait_for 40 take a/mpegts 188000 a.ts
expect_match 'pmt=0xfff sdt=0x12 tracks=0x1b@0xd3,0xf@0xdd ' "$(pids a.ts)" 'PIDs'
expect take a/tracks-a1/mpegts 18800 sound.ts
expect_match 'pmt=0xfff sdt=0x12 tracks=0xf@0xdd' "$(pids sound.ts || true)" 'PIDs of sound alone'

segment() { fetch "$url/a/$(fetch "$url/a/mono.m3u8" | grep '\.ts$' | tail -n 1)" >segment.ts; }
wait_for 20 segment
expect_match 'pmt=0xfff tracks=0x1b@0xd3,0xf@0xdd ' "$(pids segment.ts)" 'PIDs of a segment'

# While somebody watches, the last seconds stay for the next: at least 4 s before the newest picture, in one go.
start viewer curl -sSN -o viewer.ts "$url/a/mpegts"
first_burst() {  # of a new client within half a second: seconds of video
    { curl -sN -m 0.5 "$url/$1/mpegts" || true; } >burst.ts
    ffprobe -v error -select_streams v -show_entries packet=dts_time -of csv=p=0 burst.ts 2>/dev/null |
        awk -F, '$1 != "" { if (first == "") first = $1; last = $1 } END { print int(last - first) }'
}
has_burst() { (($(first_burst a) >= 4)); }
wait_for 25 has_burst
expect take b/mpegts 188000 b.ts  # begins with a key frame too
ffprobe -v error -show_entries packet=flags -select_streams v -read_intervals %+#1 -of csv=p=0 b.ts >first
expect_match '^K' "$(head -n 1 first)" 'the first picture'

configure 'Second' 300
expect flu-ctl reload
has_new_pids() { take a/mpegts 188000 a2.ts && pids a2.ts | grep -q 'tracks=0x1b@0x12c,0xf@0xdd'; }
wait_for 20 has_new_pids
expect is_running viewer
