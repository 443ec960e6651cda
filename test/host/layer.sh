#!/bin/sh
# layer.sh ROOT FILE…: makes a layer over ROOT with these packages (deb) installed by apt, as an image build does it: systemd does
# not run. Prints its path, $XDG_CACHE_HOME/kured-host/layer-<hash of what it is made of>. Two at the same time wait for one another.
set -eu

make_layer() {
	root=$1
	shift
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/kured-host
	here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
	hash=$({ echo "$root"; cat "$here/layer.sh" "$@"; } | sha256sum | cut -c1-16)
	place=$cache/layer-$hash

	exec 9>"$cache/layer.lock"
	[ -d "$place" ] || flock 9
	if [ ! -d "$place" ]; then
		# A layer of a day that is over belongs to a source that has changed.
		find "$cache" -maxdepth 1 -name 'layer-*' -mmin +1440 -exec rm -rf {} +
		rm -rf "$cache/layer.work"
		mkdir -p "$cache/layer.work/upper" "$cache/layer.work/work" "$cache/layer.work/root"
		cp "$@" "$cache/layer.work/"
		if ! unshare --mount sh -euc '
			mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" layer "$2/root"
			mount -t tmpfs layer "$2/root/tmp"
			cp "$2"/*.deb "$2/root/tmp/"
			export PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8
			chroot "$2/root" sh -euc "apt-get install -y --no-install-recommends /tmp/*.deb"
		' layer "$root" "$cache/layer.work" >"$cache/layer.log" 2>&1; then
			tail -n 30 "$cache/layer.log" >&2
			echo "layer: $* could not be installed over $root" >&2
			exit 1
		fi
		mv "$cache/layer.work/upper" "$place"
		rm -rf "$cache/layer.work"
	fi
	touch "$place"
	echo "$place"
}

make_layer "$@"
