# shellcheck shell=bash disable=SC2034  # status and NAME_ready are read by the tests
# What every end-to-end test starts with:  . "$(dirname "$0")/../lib.sh"
#
# It gives strict mode, the built tools on PATH, an empty folder of its own as the working directory, a
# run directory of its own (FLU_RUN_DIR), one time limit over all (FLU_TEST_SECONDS, 100), and at the
# end kills what was started and fails when a sanitizer reported anything.
#
#   start NAME CMD…            in the background; output in NAME.log, stdin as given (else empty)
#   start_ready NAME CMD…      the same with --ready-fd, returns when ready; NAME_ready is the JSON line,
#                              NAME_port the first port that it listens on
#   start_stream NAME SOURCE…  flu-ingest SOURCE… | flu-segment NAME as NAME.ingest and NAME.hub; extra options
#                              for the hub in the array hub_options
#   pid_of NAME · is_running NAME
#   kill_wait NAME [SIGNAL]    sends SIGNAL (TERM) and waits; status is then its exit code
#   wait_exit NAME             waits for its own end; status is then its exit code
#   wait_for SECONDS CMD…      until CMD succeeds; fails after SECONDS
#   expect CMD… · expect_eq WANTED GOT [WHAT] · expect_match REGEX TEXT [WHAT]
#   expect_exit CODE CMD…      runs CMD; standard output in ./out, standard error in ./err
#   fail WORDS… · skip WORDS… · need PROGRAM… (skips when missing; a skip fails when CI=true)
#   free_port                  prints one of TCP and UDP, another one each time, none that the system gives a client
#   make_media OUT SECONDS [FFMPEG OUTPUT OPTIONS…]   test picture and beep, made once a build directory
#   start_lying NAME FILE TARGET [ARGUMENT…]  tests/support/lying_sender.py in the background
#   set_clock SECONDS [PPM]    what the system clock of `shimmed CMD…` (tests/support/clock_shim.cpp) is off
#   set_disk [RULE…]           what is wrong with the disk of `disked CMD…` (tests/support/disk_shim.cpp): all below
#                              $disk_root, which is empty at first; what is done to it is logged in $disk_log
#   fetch URL [CURL OPTIONS…]  body on standard output; fails on HTTP errors
#   http_status URL [CURL OPTIONS…]
#
# Client programs (VLC, GStreamer, a browser) are in clients/, to be sourced where they are used.
set -euo pipefail
shopt -s inherit_errexit

e2e_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
FLU_SOURCE=$(cd "$e2e_dir/../.." && pwd)
FLU_BUILD=${FLU_BUILD:-$FLU_SOURCE/build/asan}
FLU_BIN=${FLU_BIN:-$FLU_BUILD/bin}
export FLU_SOURCE FLU_BUILD FLU_BIN

# `timeout` signals the whole process group, so a foreground command that hangs ends too and the
# trap below still cleans up.
if [[ -z ${FLU_TEST_INSIDE:-} ]]; then
    FLU_TEST_INSIDE=1 exec timeout --kill-after=15 "${FLU_TEST_SECONDS:-100}" bash "$0" "$@" </dev/null
fi
test_script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
[[ -d $FLU_BIN ]] || { echo "no programs in $FLU_BIN: scripts/build first, or set FLU_BUILD" >&2; exit 1; }
export PATH=$FLU_BIN:$PATH
export LC_ALL=C.UTF-8 TZ=UTC
unset FLU_UNIT XDG_RUNTIME_DIR

test_dir=$(mktemp -d "${TMPDIR:-/tmp}/flu-e2e.XXXXXX")
shm_parent=/dev/shm
[[ -w $shm_parent ]] || shm_parent=$test_dir
shm_dir=$(mktemp -d "$shm_parent/flu-e2e.XXXXXX")
export FLU_RUN_DIR=$shm_dir/run FLU_STATE_DIR=$test_dir/state HOME=$test_dir
export ASAN_OPTIONS=log_path=$test_dir/sanitizer:exitcode=99:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=log_path=$test_dir/sanitizer:print_stacktrace=1:${UBSAN_OPTIONS:-}
cd "$test_dir"

declare -A e2e_pids=()
status=0

signal_group() {  # SIGNAL PID: the group, or the process where the group is not made yet
    kill "-$1" -- "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null || true
}

clean_up() {
    local code=$? name
    trap - EXIT
    set +e
    for name in "${!e2e_pids[@]}"; do signal_group TERM "${e2e_pids[$name]}"; done
    local deadline=$((SECONDS + 5))
    for name in "${!e2e_pids[@]}"; do
        while is_running "$name" && ((SECONDS < deadline)); do sleep 0.05; done
        signal_group KILL "${e2e_pids[$name]}"
        wait "${e2e_pids[$name]}" 2>/dev/null
    done
    # A process that is killed while its leaks are looked for leaves that line, and nothing is wrong with it.
    if grep -qv '^==[0-9]*==Unable to get registers from thread' "$test_dir"/sanitizer.* 2>/dev/null; then
        head -n 60 "$test_dir"/sanitizer.* >&2
        code=1
    fi
    if ((code != 0 && code != 77)); then show_logs; fi
    if [[ -n ${FLU_KEEP:-} ]]; then
        echo "kept $test_dir and $shm_dir" >&2
    else
        rm -rf "$test_dir" "$shm_dir"
    fi
    exit "$code"
}
trap clean_up EXIT
trap 'echo "FAIL: ended by a signal or the time limit of ${FLU_TEST_SECONDS:-100} s" >&2; exit 1' TERM INT
trap 'echo "FAIL: $test_script:$LINENO: $BASH_COMMAND" >&2' ERR

show_logs() {
    local log
    for log in "$test_dir"/*.log; do
        [[ -s $log ]] || continue
        echo "--- $(basename "$log"), last lines" >&2
        tail -n 15 "$log" | cut -c1-300 >&2
    done
}

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

skip() {
    [[ ${CI:-} != true ]] || fail "may not be skipped in CI: $*"
    echo "SKIP: $*" >&2
    exit 77
}

need() {
    local program
    for program; do command -v "$program" >/dev/null || skip "$program is not installed"; done
}

start() {
    local name=$1
    shift
    # <&0: a background command would otherwise get /dev/null. setsid: a group of its own to kill.
    setsid "$@" <&0 >"$name.log" 2>&1 &
    e2e_pids[$name]=$!
}

start_ready() {
    local name=$1 program=$2 line
    shift 2
    mkfifo "$name.ready"
    setsid "$program" --ready-fd 9 "$@" <&0 >"$name.log" 2>&1 9>"$name.ready" &
    e2e_pids[$name]=$!
    # A program that ends without a word closes the pipe, and read sees the end of it.
    if ! IFS= read -r -t 30 line <"$name.ready"; then
        fail "$program $* did not become ready"
    fi
    rm -f "$name.ready"
    declare -g "${name//[^A-Za-z0-9_]/_}_ready=$line"
    declare -g "${name//[^A-Za-z0-9_]/_}_port=$(jq -r '.listen[0].port // empty' <<<"$line")"
}

hub_options=()
start_stream() {
    local name=$1 pipe
    shift
    pipe=${name//\//+}.pipe
    mkfifo "$pipe"
    setsid flu-segment "${hub_options[@]}" "$name" <"$pipe" >"${name//\//+}.hub.log" 2>&1 &
    e2e_pids[$name.hub]=$!
    setsid flu-ingest "$@" </dev/null >"$pipe" 2>"${name//\//+}.ingest.log" &
    e2e_pids[$name.ingest]=$!
}

pid_of() { echo "${e2e_pids[$1]:?nothing named $1 was started}"; }

is_running() {  # a dead child of ours stays a zombie until waited for
    local state
    state=$(ps -o stat= -p "$(pid_of "$1")" 2>/dev/null) || return 1
    [[ -n $state && $state != Z* ]]
}

wait_exit() {
    status=0
    wait "$(pid_of "$1")" || status=$?
    unset "e2e_pids[$1]"
}

kill_wait() {
    signal_group "${2:-TERM}" "$(pid_of "$1")"
    wait_exit "$1"
}

wait_for() {
    local seconds=$1 end
    shift
    end=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || fail "waited $seconds s for: $*"
        sleep 0.1
    done
}

expect() { "$@" || fail "expected to succeed: $*"; }
expect_eq() { [[ $1 == "$2" ]] || fail "${3:-value}: wanted '$1', got '$2'"; }
expect_match() { [[ $2 =~ $1 ]] || fail "${3:-text}: wanted a match of '$1', got '$2'"; }
expect_exit() {
    local wanted=$1 got=0
    shift
    "$@" >out 2>err || got=$?
    [[ $got == "$wanted" ]] || fail "$*: wanted exit code $wanted, got $got: $(tail -n 5 err)"
}

free_port() {
    /usr/bin/python3 - "${TMPDIR:-/tmp}/flu-e2e-port.$UID" <<'END'
import errno, fcntl, os, socket, sys

def is_free(port):
    for family in socket.AF_INET, socket.AF_INET6:
        for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
            with socket.socket(family, kind) as probe:
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                try:
                    probe.bind(("", port))
                except OSError as error:
                    if error.errno == errno.EADDRINUSE:
                        return False
    return True

with os.fdopen(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600), "r+") as last:
    fcntl.flock(last, fcntl.LOCK_EX)
    port = int(last.read() or 0)
    while True:
        port = port + 1 if 10000 <= port < 32000 else 10000
        if is_free(port):
            break
    last.seek(0)
    last.write(f"{port}\n")
print(port)
END
}

make_media() {
    local out=$1 seconds=$2 cache key
    shift 2
    need ffmpeg
    (($# > 0)) || set -- -c:v libx264 -preset ultrafast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k
    cache=$FLU_BUILD/tests/media
    mkdir -p "$cache"
    key=$(printf '%s\n' "${out##*.}" "$seconds" "$@" | sha256sum | cut -c1-16).${out##*.}
    (
        flock 9
        [[ -s $cache/$key ]] || {
            ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=320x180:rate=25 \
                -f lavfi -i sine=frequency=500:beep_factor=4:sample_rate=48000 \
                -t "$seconds" "$@" "$cache/new.$key" && mv "$cache/new.$key" "$cache/$key"
        }
    ) 9>"$cache/$key.lock"
    cp "$cache/$key" "$out"
}

start_lying() {
    local name=$1 file=$2 target=$3
    shift 3
    start "$name" /usr/bin/python3 -u "$FLU_SOURCE/tests/support/lying_sender.py" "$file" "$target" "$@"
}

set_clock() {
    echo "$*" >clock.new
    mv clock.new clock
}
shimmed() {
    FLU_CLOCK_SHIM=$test_dir/clock LD_PRELOAD=$FLU_BUILD/tests/clock_shim.so \
        ASAN_OPTIONS=verify_asan_link_order=0:$ASAN_OPTIONS exec "$@"
}
set_disk() {
    printf '%s\n' "$@" >disk.new
    mv disk.new disk
}
disk_root=$shm_dir/disk
disk_log=$shm_dir/disk.log
disked() {
    mkdir -p "$disk_root"
    FLU_DISK_ROOT=$disk_root FLU_DISK_LOG=$disk_log FLU_DISK_SCRIPT=$test_dir/disk \
        LD_PRELOAD=$FLU_BUILD/tests/disk_shim.so \
        ASAN_OPTIONS=verify_asan_link_order=0:$ASAN_OPTIONS exec "$@"
}
export test_dir disk_root disk_log
export -f shimmed disked

fetch() { curl -fsS --max-time 40 "${@:2}" "$1"; }
http_status() { curl -s -o /dev/null --max-time 40 -w '%{http_code}' "${@:2}" "$1"; }
