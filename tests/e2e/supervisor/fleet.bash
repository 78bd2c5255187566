# shellcheck shell=bash
# For tests of the supervisor alone: every program is unit.py, which says what real ones say and does as
# it is told. Sourced behind lib.sh.
#
#   start_server CONFIG [OPTION…]   flu-supervisor on that file, ready when it returns
#   tell UNIT WORD…                 what the unit does from its next start on: see unit.py
#   unit_pid UNIT · unit_state UNIT · starts_of UNIT (how often it was started)
#   is_up UNIT…                     do all of them report?
#   control JSON                    one request to control.sock, its reply on standard output
need jq python3
mkdir -p "$test_dir/programs" "$test_dir/fake"
export FLU_FAKE_DIR=$test_dir/fake
for program in flu-segment flu-ingest flu-serve; do
    ln -s "$FLU_SOURCE/tests/e2e/supervisor/unit.py" "$test_dir/programs/$program"
done

start_server() {
    local config=$1
    shift
    start_ready supervisor flu-supervisor --config "$config" --program-dir "$test_dir/programs" "$@"
}

tell() { echo "${@:2}" >"$FLU_FAKE_DIR/$1.do"; }
starts_of() { wc -l 2>/dev/null <"$FLU_FAKE_DIR/$1.started" || echo 0; }
unit_field() {
    jq -r --arg unit "$1" --arg field "$2" \
        '[.streams[]?.units[], .units[]?] | .[] | select(.name == $unit) | .[$field]' \
        "$FLU_RUN_DIR/state/streams.json" "$FLU_RUN_DIR/state/server.json" 2>/dev/null
}
unit_pid() { jq -r .pid "$FLU_RUN_DIR/units/$1.json" 2>/dev/null; }
unit_state() { unit_field "$1" state; }
is_state() { [[ $(unit_state "$1") == "$2" ]]; }
is_up() {
    local unit
    for unit; do is_state "$unit" running || return 1; done
}
is_new_pid() { local now; now=$(unit_pid "$1"); [[ -n $now && $now != "$2" ]]; }

control() {
    python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.settimeout(20)
s.connect(sys.argv[1]); s.send(sys.argv[2].encode()); print(s.recv(1 << 20).decode())' \
        "$FLU_RUN_DIR/control.sock" "$1"
}
