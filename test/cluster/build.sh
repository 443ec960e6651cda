#!/bin/sh
# build.sh: builds the control plane, if it is not there yet, and prints the path of the program.
# Says on standard error what it does and how long it took. KUBERNETES_VERSION chooses another
# version than the pinned one; its go.mod is then made in the cache.
#
# The program lives in $XDG_CACHE_HOME/kured-host/control-plane-<hash of what it is made of>, with
# a link named kubectl beside it. Two builds at the same time wait for one another.
set -eu

# All in a function: the shell has read the whole file before it does anything, so that an edit
# during a build does no harm.
build() {
	here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
	source=$here/go
	pinned=$(sed -n 's/^\tk8s\.io\/kubernetes v\([^ ]*\).*/\1/p' "$source/go.mod")
	version=${KUBERNETES_VERSION:-$pinned}
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/kured-host

	# Without C the program is static, and the same on every machine.
	export CGO_ENABLED=0 GOWORK=off
	umask 022

	if ! command -v go >/dev/null; then
		echo 'control plane: no Go here (the command "go" is not found)' >&2
		exit 69
	fi
	if [ "$version" = "$pinned" ]; then
		made_of="$source/go.mod $source/go.sum"
	else
		made_of=$here/go-module.sh
	fi
	# shellcheck disable=SC2086 # two files
	hash=$({ echo "$version"; go version; cat "$here/build.sh" $made_of "$source"/*.go; } | sha256sum | cut -c1-16)
	place=$cache/control-plane-$hash
	program=$place/control-plane

	if [ ! -x "$program" ]; then
		mkdir -p "$place"
		exec 9>"$place/lock"
		if ! flock --nonblock 9; then
			echo "control plane: another build of Kubernetes $version runs, waiting for it" >&2
			flock 9
		fi
	fi
	if [ ! -x "$program" ]; then
		begin=$(date +%s)
		echo "control plane: building Kubernetes $version (4 to 6 minutes the first time, half a minute later)" >&2
		if [ "$version" != "$pinned" ]; then
			mkdir -p "$place/source"
			cp "$source"/*.go "$place/source/"
			must sh "$here/go-module.sh" "$version" "$place/source"
			source=$place/source
		fi
		major_minor=${version%.*}
		tags=
		[ "$major_minor" != 1.30 ] || tags=kubernetes1.30
		stamp=k8s.io/component-base/version
		flags="-s -w -X $stamp.gitVersion=v$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${major_minor#1.}"
		cd "$source"
		must nice go build -trimpath -buildvcs=false -tags="$tags" -ldflags="$flags" -o "$program.new" .
		ln -sf control-plane "$place/kubectl"
		mv "$program.new" "$program"
		echo "control plane: built in $(($(date +%s) - begin)) s" >&2
	fi
	echo "$program"
}

# Go tells of hundreds of downloads: that is of interest only when something fails.
must() {
	if ! "$@" >"$place/build.log" 2>&1; then
		tail -n 30 "$place/build.log" >&2
		echo "control plane: not built; all of the above is in $place/build.log" >&2
		exit 1
	fi
}

build
