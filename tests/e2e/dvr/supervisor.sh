#!/usr/bin/env bash
# Recorders as the config has them: one a root, streams that come, go and are asked for at run time.
# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
need curl jq

port=$(free_port)
config() {
    cat >flu.conf <<END
http 127.0.0.1:$port;
edit_auth admin secret;
stream cams/one { url fake://fake; segment_duration 1; dvr $PWD/a 2d; }
stream two { url fake://fake; segment_duration 1; dvr_offline archive 10h 90%; }
$1
END
}
config ''
start_ready supervisor flu-supervisor --config flu.conf

recorded() { find "$1" -name '*.mp4' -size +20k 2>/dev/null | grep -q .; }
wait_for 20 recorded a/cams+one
expect test ! -e "$FLU_STATE_DIR/archive/two"
expect_match 'dvr@'"$PWD"'/a: flu-dvr record --root '"$PWD"'/a' "$(flu-ctl plan | tr -s ' ')"

api() { curl -s -u admin:secret "http://127.0.0.1:$port/flussonic/api/$1" "${@:2}"; }
expect_eq true "$(api dvr_enable/two)"
wait_for 20 recorded "$FLU_STATE_DIR/archive/two"
expect_eq true "$(api dvr_disable/two --data '')"
state() { jq -c '.streams[] | select(.name == "two") | .dvr' "$FLU_RUN_DIR/state/streams.json"; }
told() { [[ $(state) == *"\"record\":$1"* ]]; }
wait_for 5 told false
size() { find "$FLU_STATE_DIR/archive/two" -name '*.idx' -path '*/20*' -printf '%s\n'; }
stands() { local was; was=$(size); sleep 3; [[ $(size) == "$was" ]]; }
wait_for 20 stands
api dvr_enable/two >/dev/null
wait_for 5 told true
flu-ctl restart-stream two
wait_for 5 told false
expect_match "no stream 'tow', did you mean 'two'" "$(api dvr_enable/tow)"

# Another stream of a root reaches its recorder without a restart; a root that is new has its own.
recorder() { flu-ctl status --json | jq -r '.units[] | select(.name | startswith("dvr@")) | "\(.name) \(.pid)"' | sort; }
before=$(recorder)
config "stream three { url fake://fake; segment_duration 1; dvr $PWD/a; }
stream bare { url fake://fake; segment_duration 1; }
stream four { url fake://fake; segment_duration 1; dvr $PWD/b; }"
flu-ctl reload >/dev/null
wait_for 20 recorded a/three
wait_for 20 recorded b/four
expect_eq "$before" "$(recorder | grep -v "dvr@$PWD/b")" "recorders that were there"
expect_match 'needs dvr' "$(api dvr_enable/bare)"
events=$(flu-ctl events --last 1000 --event dvr_new_fragment --media three)
expect_match dvr_new_fragment "$events"

# And with its last stream a root's recorder goes.
config ''
flu-ctl reload >/dev/null
gone() { ! recorder | grep -q "dvr@$PWD/b" && [[ ! -e $FLU_RUN_DIR/conf/dvr@${PWD//\//+}+b.json ]]; }
wait_for 10 gone
