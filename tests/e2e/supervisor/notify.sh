#!/usr/bin/env bash
# What systemd is told (Type=notify), and that the unit file is one that systemd understands.
. "$(dirname "$0")/../lib.sh"
. "$e2e_dir/supervisor/fleet.bash"
echo 'stream a { url udp://127.0.0.1:9001; }' >flu.conf
start listener python3 -uc 'import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("notify.sock")
while True: print(s.recv(1000).decode())'
wait_for 10 test -S notify.sock
NOTIFY_SOCKET=$test_dir/notify.sock start_server flu.conf
wait_for 5 grep -qx READY=1 listener.log
kill_wait supervisor
wait_for 5 grep -qx STOPPING=1 listener.log

need systemd-analyze
sed "s#/usr/local/bin/flu-supervisor#$(command -v flu-supervisor)#; /^Documentation/d" \
    "$FLU_SOURCE/examples/flu.service" >flu.service
SYSTEMD_LOG_LEVEL=warning expect_exit 0 systemd-analyze verify --man=no ./flu.service
expect_eq "" "$(<err)"
