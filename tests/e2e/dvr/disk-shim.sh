#!/usr/bin/env bash
# The disk that tests of the recorder stand on: each of its faults happens, and where nothing is wrong, nothing.
. "$(dirname "$0")/../lib.sh"

run() {  # PYTHON…: in a program of its own on that disk
    (disked /usr/bin/python3 -c "import errno, os, sys, time
root = '$disk_root/'
def opened(name, flags=os.O_RDWR | os.O_CREAT):
    return os.open(root + name, flags)
def error_of(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
$(printf '%s\n' "$@")")
}
elapsed() {  # CMD…: in ms
    local begin=${EPOCHREALTIME/./}
    "$@" >&2
    echo $(((${EPOCHREALTIME/./} - begin) / 1000))
}

run 'f = opened("a"); assert os.write(f, b"x" * 5000) == 5000; os.fsync(f); os.rename(root + "a", root + "b")'
expect_eq 5000 "$(stat -c %s "$disk_root/b")"

set_disk 'write delay 400'
took=$(elapsed run 'os.write(opened("slow"), b"x")')
((took >= 400)) || fail "write delay 400: took $took ms"

# A disk that hangs comes back when the rule is gone.
set_disk 'fdatasync,fsync delay 60000'
start hung bash -c 'disked /usr/bin/python3 -c "import os; os.fdatasync(os.open(\"$disk_root/hung\", 66))"'
wait_for 10 test -e "$disk_root/hung"
sleep 0.3
expect is_running hung
set_disk
wait_exit hung
expect_eq 0 "$status"

set_disk 'fdatasync,fsync,syncfs fail EIO'
run 'f = opened("a"); assert error_of(os.fsync, f) == error_of(os.fdatasync, f) == "EIO"; os.write(f, b"x")'
set_disk 'write fail ENOSPC'
run 'f = opened("full"); assert error_of(os.write, f, b"x") == error_of(os.pwrite, f, b"x", 9) == "ENOSPC"' \
    'assert os.fstat(f).st_size == 0'
expect_exit 1 bash -c 'disked dd if=/dev/zero of="$disk_root/dd" bs=100 count=1'
expect_match 'No space left' "$(cat err)"
set_disk 'write after 3 times 2 fail EIO'
run 'f = opened("third")' 'assert [error_of(os.write, f, b"x") for _ in range(6)] == [None, None, "EIO", "EIO", None, None]'
set_disk 'write short 1000'
run 'f = opened("short"); assert os.write(f, b"x" * 5000) == 1000; assert os.writev(f, [b"y" * 999] * 2) == 1000'
set_disk 'open path .idx fail EROFS'
run 'assert error_of(opened, "00.idx") == "EROFS"; opened("00.mp4")'
set_disk 'mkdir,unlink,rename,rmdir,truncate,allocate,link fail EDQUOT # all of them'
run 'f = opened("a"); os.write(f, b"x")' \
    'assert {error_of(os.mkdir, root + "d"), error_of(os.unlink, root + "a"), error_of(os.rename, root + "a", root + "z"),' \
    '    error_of(os.ftruncate, f, 9), error_of(os.truncate, root + "a", 9), error_of(os.posix_fallocate, f, 0, 9),' \
    '    error_of(os.rmdir, root + "d"), error_of(os.link, root + "a", root + "z")} == {"EDQUOT"}'

# Elsewhere the disk is a good one.
set_disk 'any fail EIO'
run 'f = os.open("elsewhere", 66); os.write(f, b"x"); os.fsync(f); os.rename("elsewhere", "there")'

# A rule that is not understood is not passed over.
set_disk 'write fial EIO'
expect_exit 97 run 'opened("a")'
expect_match 'no such rule: write fial EIO' "$(cat err)"
expect_eq 97 "$( (FLU_DISK_ROOT=$test_dir/none LD_PRELOAD=$FLU_BUILD/tests/disk_shim.so exec true) 2>/dev/null || echo $?)"
