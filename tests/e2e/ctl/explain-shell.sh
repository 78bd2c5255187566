#!/usr/bin/env bash
# What `explain` prints runs when it is pasted, whatever the names and addresses hold.
. "$(dirname "$0")/../lib.sh"
need ffmpeg
make_media "it's \$HOME & co.ts" 4
cat >flu.conf <<END
stream a/b { url "file://$test_dir/it's \$HOME & co.ts"; segment_duration 1; segments 3; }
END
line=$(flu-ctl --config flu.conf explain a/b)
expect_eq 1 "$(wc -l <<<"$line")" "lines"
start pipeline sh -c "$line"
wait_for 20 test -S "$FLU_RUN_DIR/live/a+b/out.sock"
has_segment() { compgen -G "$FLU_RUN_DIR/live/a+b/[0-9]*.mp4"; }
wait_for 20 has_segment
