#!/usr/bin/env bash
# usage: install_test.sh BUILD: what `cmake --install` puts under a prefix is whole and works there.
set -euo pipefail
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
status=0
complain() { echo "install: $*" >&2; status=1; }

cmake --install "$build" --prefix "$prefix" >"$prefix/install.log" || { cat "$prefix/install.log"; exit 1; }
for folder in "$root"/tools/*/; do
    tool=flu-$(basename "$folder")
    "$prefix/bin/$tool" --version | grep -q "^$tool [0-9]" || complain "bin/$tool does not run"
    [[ -s $prefix/share/man/man1/$tool.1 ]] || complain "share/man/man1/$tool.1 is missing"
    completion=$prefix/share/bash-completion/completions/$tool
    [[ -s $completion ]] || complain "share/bash-completion/completions/$tool is missing"
    # bash-completion loads the file that has the command's name, and that must complete it.
    bash -c "source '$completion' && complete -p '$tool'" >/dev/null || complain "completion of $tool"
done
unit=$prefix/lib/systemd/system/flu.service
grep -q "^ExecStart=$prefix/bin/flu-supervisor " "$unit" || complain "$unit does not start what was installed"
[[ -s $prefix/share/doc/flu/demo.conf ]] || complain "share/doc/flu/demo.conf is missing"
for file in embed.html player.css player.js hls.min.js hls.js-LICENSE.txt; do
    [[ -s $prefix/share/flu/web/$file ]] || complain "share/flu/web/$file is missing"
done
# The clip behind fake:// is found beside the programs, wherever the build lies.
bytes=$(cd / && env -u FLU_DATA_DIR timeout 20 "$prefix/bin/flu-ingest" fake://fake 2>"$prefix/err" | head -c 20000 | wc -c) || true
[[ $bytes == 20000 ]] || complain "fake:// of what was installed: $(tail -n 3 "$prefix/err")"
exit $status
