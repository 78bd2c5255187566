#!/usr/bin/env bash
# NAME/embed.html: a logo where the config puts it; what the viewer is told when segments are damaged, and when the
# picture is none that browsers show.
# ctest: timeout 160
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/clients/players.sh"
need_web_clients
need chromium ffmpeg curl

make_media clip.ts 10
make_media mpeg2.ts 6 -c:v mpeg2video -g 12 -c:a aac -b:a 64k
mkdir -p wwwroot/flu
ffmpeg -nostdin -v error -f lavfi -i color=red:size=60x30 -frames:v 1 wwwroot/flu/logo.png
printf secret >secret.png
ln -s ../secret.png wwwroot/link.png
port=$(free_port)
url=http://127.0.0.1:$port
cat >flu.conf <<CONF
http 127.0.0.1:$port;
stream a/cam { url file://$PWD/clip.ts; segment_duration 1; logo path=flu/logo.png right=20 top=10 width=120; }
stream tv { url file://$PWD/mpeg2.ts; segment_duration 1; logo path=link.png; }
stream plain { url file://$PWD/clip.ts; segment_duration 1; }
CONF
start supervisor flu-supervisor --config "$PWD/flu.conf"
for name in a/cam tv; do
    wait_for 40 fetch "$url/$name/mono.m3u8"
done

expect_match 'image/png' "$(curl -sI "$url/a/cam/logo")"
fetch "$url/a/cam/logo" | cmp - wwwroot/flu/logo.png
expect_eq 404 "$(http_status "$url/plain/logo")" 'without one'
expect_eq 404 "$(http_status "$url/tv/logo")" 'a link that leads out'
expect_match '^40[04]$' "$(http_status "$url/a/cam/logo/..%2f..%2fsecret.png")"
fetch "$url/plain/embed.html" | grep -q 'id="logo"' && fail 'a logo without one'

# 640 wide, 20 from the right; half its size again, as width= says.
open_page "$url/a/cam/embed.html" play:1 logo:500,10,120,60 'break:**/*.m4s' 'say:damaged.*anew' 'mend:**/*.m4s' play:1

# MPEG-2 video: sound alone, and why.
open_page "$url/tv/embed.html?realtime=true" 'notice:Sound alone: a browser cannot show the picture of this stream .MPEG-2.'
open_page "$url/tv/embed.html" 'notice:Sound alone'
