#!/usr/bin/env bash
# An archive survives power cuts; and the check of it finds a recorder that tells too early, a disk that lies, and
# a log that does not hold everything. Not of the recorder, but of the archive and of what tests the recorder.
# ctest: timeout 200
. "$(dirname "$0")/../lib.sh"

support=$FLU_BUILD/tests/support
record() {  # GROUPS [hasty]
    rm -rf "$disk_root" "$disk_log" memory
    (disked "$support/archive_rehearsal" "$disk_root" "$test_dir/memory" "$@") 2>said || fail "$(tail -n 3 said)"
    grep -q dvr_new_fragment said || fail "nothing was acknowledged"
}
check() { "$support/power_cut_check" "$disk_log" "$@"; }

record 50
expect check 60 1
# The last state of all is what is there.
expect "$support/power_cut_check" --state "$disk_log" end 1 kept-all "$test_dir/kept"
expect diff -r "$disk_root" kept

record 50 hasty
expect_exit 1 check 60 1
expect_match 'was acknowledged .* and is lost' "$(cat out)"

set_disk 'fdatasync path .mp4 lie'
record 20
expect_exit 1 check 60 1
expect_match 'was acknowledged .* and is lost' "$(cat out)"
set_disk 'write path .mp4 after 20 times 1 lose'
record 20
expect_exit 1 check 60 1
set_disk

# Nothing to check is no success.
expect_exit 1 "$support/power_cut_check" /dev/null 10 1
expect_match 'empty' "$(cat err)"
rm -rf "$disk_root" "$disk_log"
(disked touch "$disk_root/file")
expect_exit 1 check 10 1
expect_match '0 acknowledgements' "$(cat err)"
(disked ln -s nowhere "$disk_root/link")
expect_exit 1 check 10 1
expect_match 'symlink' "$(cat err)"
