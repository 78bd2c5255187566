#!/usr/bin/env bash
# What is recorded, for people and for scripts.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need jq

hub_options=(--segment-duration 1)
start_stream cams/one fake://fake
start recorder flu-dvr record --root archive --status cams/one
has() { (($(grep -c dvr_new_fragment recorder.log) >= $1)); }
wait_for 20 has 4
kill_wait recorder TERM

export FLU_DVR_ROOT=$PWD/archive
told=$(grep '^{' recorder.log | jq -s 'map(select(.event == "dvr_new_fragment") | .duration) | add / 1000 | round')
expect_exit 0 flu-dvr ls --json
expect_eq cams/one "$(jq -r '.[0].stream' out)"
expect_eq "1 $told" "$(jq -r '.[0].ranges | "\(length) \(.[0].duration)"' out)"
expect_eq "$(find archive -name '*.mp4' -printf '%s\n' | paste -sd+ | bc)" "$(jq '.[0].bytes' out)"
expect_exit 0 flu-dvr ls cams/one
expect_match "cams/one +20..-..-..T..:..:..Z +20..-..-..T..:..:..Z +${told}s" "$(<out)"
expect_match 'in all' "$(<out)"
expect_exit 0 flu-dvr ls --picture
expect_match "$(date -u +%Y-%m-%d) \\|.*▄" "$(<out)"

# A part of it, and nothing.
from=$(flu-dvr ls --json | jq '.[0].ranges[0].from')
expect_exit 0 flu-dvr ls --json --from $((from + 1)) --to $((from + 3)) cams/one
expect_eq "[{\"duration\":2,\"from\":$((from + 1))}]" "$(jq -c '.[0].ranges' out)"
expect_exit 0 flu-dvr ls --json --to 2020-01-01
expect_eq '[]' "$(jq -c '.[0].ranges' out)"

# The likely mistakes.
expect_exit 1 flu-dvr ls cams/ono
expect_match "nothing is recorded of 'cams/ono', did you mean 'cams/one'\\?" "$(<err)"
expect_exit 2 flu-dvr ls --from yesterday
expect_match "expected a time such as .*, found 'yesterday'" "$(<err)"
expect_exit 2 flu-dvr ls --from now --to now-1h
expect_exit 1 flu-dvr --root nowhere ls
