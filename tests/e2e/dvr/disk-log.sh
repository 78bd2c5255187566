#!/usr/bin/env bash
# What the log of the tests' disk holds is what happened: made anew from it, the folder is the same, whatever calls
# and however many threads and programs changed it.
. "$(dirname "$0")/../lib.sh"

cat >change.py <<'END'
import ctypes, os, random, sys, threading

root = os.environ["FLU_DISK_ROOT"] + "/"
libc = ctypes.CDLL(None, use_errno=True)

def change(seed):
    dice = random.Random(seed)
    mine = f"{root}{seed}/"
    os.mkdir(mine)
    folder = os.open(mine, os.O_RDONLY)
    names = []
    for n in range(150):
        what = dice.choice(["create", "append", "pwrite", "writev", "truncate", "rename", "over", "unlink", "link",
                            "nameless", "copy", "send", "allocate", "punch", "folder", "shared", "sync"])
        name = dice.choice(names) if names else None
        data = dice.randbytes(dice.randrange(1, 3000))
        if what == "create" or name is None:
            fd = os.open(f"f{n}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
            os.write(fd, data)
            other = os.dup(fd)
            os.close(fd)
            os.write(other, data[:10])
            os.close(other)
            names.append(f"f{n}")
        elif what in ("append", "pwrite", "writev", "allocate", "punch", "sync"):
            fd = os.open(mine + name, os.O_RDWR | (os.O_APPEND if what == "append" else 0))
            place = dice.randrange(5000)
            if what == "append":
                os.write(fd, data)
            elif what == "pwrite":
                os.pwrite(fd, data, place)
            elif what == "writev":
                os.lseek(fd, place, os.SEEK_SET)
                os.writev(fd, [data, b"", data[:7]])
            elif what == "allocate":
                os.posix_fallocate(fd, place, 3000)
            elif what == "punch":
                libc.fallocate(fd, 3, ctypes.c_long(place), ctypes.c_long(700))
            else:
                os.fdatasync(fd)
            os.close(fd)
        elif what == "truncate":
            os.truncate(mine + name, dice.randrange(4000))
        elif what == "rename":
            os.rename(name, f"f{n}", src_dir_fd=folder, dst_dir_fd=folder)
            names[names.index(name)] = f"f{n}"
        elif what == "over" and len(names) > 1:
            target = dice.choice([other for other in names if other != name])
            if not os.path.samefile(mine + name, mine + target):
                os.rename(mine + name, mine + target)
                names.remove(name)
        elif what == "unlink":
            os.remove(mine + name)
            names.remove(name)
        elif what == "link":
            os.link(mine + name, mine + f"f{n}")
            names.append(f"f{n}")
        elif what == "nameless":
            fd = os.open(mine, os.O_WRONLY | os.O_TMPFILE, 0o600)
            os.write(fd, data)
            os.link(f"/proc/self/fd/{fd}", f"f{n}", dst_dir_fd=folder, follow_symlinks=True)
            os.close(fd)
            names.append(f"f{n}")
        elif what in ("copy", "send"):
            source = os.open(mine + name, os.O_RDONLY)
            fd = os.open(mine + f"f{n}", os.O_RDWR | os.O_CREAT)
            if what == "copy":
                os.copy_file_range(source, fd, 1000, 5, 17)
            else:
                os.sendfile(fd, source, 3, 1000)
            os.close(source)
            os.close(fd)
            names.append(f"f{n}")
        elif what == "folder":
            os.makedirs(mine + f"d{n}/deep")
            os.open(mine + f"d{n}/deep/file", os.O_CREAT | os.O_WRONLY)
            os.rename(mine + f"d{n}", mine + f"e{n}")
            if dice.random() < 0.5:
                os.unlink(mine + f"e{n}/deep/file")
                os.rmdir(mine + f"e{n}/deep")
        elif what == "shared":  # by all threads and programs
            fd = os.open(root + "shared", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(fd, data)
            os.close(fd)

threads = [threading.Thread(target=change, args=(f"{sys.argv[1]}{n}",)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
END
(disked true)
set_disk 'write path f1 short 100'
for program in a b; do start "$program" bash -c 'disked /usr/bin/python3 change.py "$0"' "$program"; done
for program in a b; do
    wait_exit "$program"
    expect_eq 0 "$status" "$(cat "$program.log")"
done
(disked cp -r "$disk_root/a0" "$disk_root/copied")
(disked mv "$disk_root/a1" "$disk_root/moved")
(disked rm -r "$disk_root/b2")
(disked dd if=/dev/urandom of="$disk_root/moved/dd" bs=700 count=3 conv=fdatasync status=none)
expect "$FLU_BUILD/tests/support/power_cut_check" --state "$disk_log" end 1 kept-all "$test_dir/kept"
expect diff -r "$disk_root" kept
(($(find kept -type f | wc -l) > 100)) || fail "hardly anything was done"
