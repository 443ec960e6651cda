#!/bin/sh
# test-tools.sh: installs what the tests on a real systemd, of the packages and of what is in them need, by apt; only what is missing, and it says so.
set -eu

# Debian package, and the command or file that it brings.
tools='
mmdebstrap:mmdebstrap
systemd-container:systemd-nspawn
e2fsprogs:mkfs.ext4
util-linux:nsenter
rpm:rpm
lintian:lintian
rpmlint:rpmlint
groff-base:groff
mandoc:mandoc
prometheus:promtool
prometheus-alertmanager:prometheus-alertmanager
systemd-journal-remote:/lib/systemd/systemd-journal-remote
bsdutils:script
bash-completion:/usr/share/bash-completion/bash_completion
zsh:zsh
fish:fish
apt-utils:apt-ftparchive
createrepo-c:createrepo_c
gnupg:gpg
binutils:objdump
binutils-aarch64-linux-gnu:aarch64-linux-gnu-strip
qemu-user:qemu-aarch64
libstdc++6-arm64-cross:/usr/aarch64-linux-gnu/lib/libstdc++.so.6
'

missing=
for tool in $tools; do
	command -v "${tool#*:}" >/dev/null || [ -e "${tool#*:}" ] || missing="$missing ${tool%%:*}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "test-tools: these are missing, and there is no apt-get to install them:$missing" >&2
	exit 69
fi
if [ "$(id -u)" != 0 ]; then
	echo "test-tools: these are missing, and only root can install them: apt-get install$missing" >&2
	exit 77
fi
echo "test-tools: installing$missing (apt-get, about half a minute)" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # one argument a package
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 30 "$log" >&2
	echo "test-tools: not installed; all of the above is in $log" >&2
	exit 1
fi
rm -f "$log"
