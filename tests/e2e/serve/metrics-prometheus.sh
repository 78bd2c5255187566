#!/usr/bin/env bash
# /metrics, as Prometheus' own parser reads it: streams, viewers, answers, the version; view_auth guards it.
. "$(dirname "$0")/../lib.sh"
need jq curl python3
/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null || skip 'python3-prometheus-client is not installed'
port=$(free_port)
cat >flu.conf <<END
http 127.0.0.1:$port;
stream cams/door { url fake://fake; segment_duration 1; }
ondemand later { url fake://fake; }
END
start_ready supervisor flu-supervisor --config flu.conf
base=http://127.0.0.1:$port
plays() { fetch "$base/cams/door/index.m3u8"; }
wait_for 30 plays
http_status "$base/nothing/index.m3u8" >/dev/null
start viewer curl -sN -o /dev/null "$base/cams/door/mpegts"

metric() {  # NAME LABEL=VALUE…: its value, as the parser has it
    fetch "$base/metrics" | /usr/bin/python3 -c '
import sys
from prometheus_client.parser import text_string_to_metric_families as parse
wanted = dict(word.split("=", 1) for word in sys.argv[2:])
for family in parse(sys.stdin.read()):
    assert family.documentation and family.type in ("gauge", "counter"), family
    for sample in family.samples:
        if sample.name == sys.argv[1] and wanted.items() <= sample.labels.items():
            print(sample.value)' "$@"
}
is() { [[ $(metric "${@:2}") == "$1" ]]; }
above() { [[ $(metric "${@:2}") > "$1" ]]; }
wait_for 20 is 2.0 flu_stream_clients stream=cams/door
wait_for 20 is 2.0 flu_sessions
wait_for 20 above 0 flu_stream_output_bytes_total stream=cams/door
wait_for 20 is 1.0 flu_stream_up stream=cams/door
expect is 0.0 flu_stream_up stream=later
expect is 1.0 flu_build_info "version=$(flu-serve --version | awk '{print $NF}')"
for name in flu_stream_input_frames_total flu_stream_input_bytes_total flu_stream_input_bits_per_second \
    flu_stream_segments_total; do
    wait_for 10 above 0 "$name" stream=cams/door
done
wait_for 10 above 0 flu_http_requests_total code=4xx
wait_for 10 above 0 flu_http_requests_total code=2xx
expect is "$(nproc).0" flu_http_workers
expect_match 'text/plain; version=0\.0\.4' "$(curl -si "$base/metrics")"

sed -i '1a view_auth watch word;' flu.conf
flu-ctl reload >/dev/null
guarded() { [[ $(http_status "$base/metrics") == 401 ]]; }
wait_for 10 guarded
expect_eq 200 "$(http_status "$base/metrics" -u watch:word)"
