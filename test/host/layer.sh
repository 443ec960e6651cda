#!/bin/sh
# layer.sh ROOT FOLDER DEB…: fills FOLDER with what apt writes when it installs these packages over ROOT, as an image build does it:
# systemd does not run.
set -eu

root=$1
folder=$2
shift 2

# FOLDER itself becomes the layer: what overlayfs and apt need besides stands beside it, on the same file system.
scratch=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/work" "$scratch/root" "$scratch/packages"
cp "$@" "$scratch/packages"
if ! unshare --mount sh -euc '
	mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$3/work" layer "$3/root"
	mount -t tmpfs layer "$3/root/tmp"
	cp "$3"/packages/*.deb "$3/root/tmp/"
	export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8
	chroot "$3/root" sh -euc "apt-get install -y --no-install-recommends /tmp/*.deb"
' layer "$root" "$folder" "$scratch" >"$scratch/log" 2>&1; then
	tail -n 30 "$scratch/log" >&2
	echo "layer: $* could not be installed over $root" >&2
	exit 1
fi
