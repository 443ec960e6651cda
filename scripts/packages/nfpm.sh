#!/bin/sh
# nfpm.sh: builds nfpm, which makes the packages, if it is not there yet, and prints the path of the program. Its version and
# the checksums of all its source are pinned by nfpm/go.mod and nfpm/go.sum beside this file.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if ! command -v go >/dev/null; then
	echo 'nfpm: no Go here (the command "go" is not found), and nfpm, which makes the packages, is built from its source' >&2
	exit 69
fi
# Without C the program is static. -mod=readonly: what is not in go.sum is not built.
export CGO_ENABLED=0 GOWORK=off
cd "$here/nfpm"
hash=$({ go version; cat "$here/nfpm.sh" go.mod go.sum; } | sha256sum | cut -c1-16)
place=${XDG_CACHE_HOME:-$HOME/.cache}/kured-host/nfpm-$hash
if [ ! -x "$place/nfpm" ]; then
	mkdir -p "$place"
	exec 9>"$place/lock"
	flock 9
fi
if [ ! -x "$place/nfpm" ]; then
	echo 'nfpm: building it (half a minute, once)' >&2
	if ! go build -mod=readonly -trimpath -buildvcs=false -ldflags='-s -w' -o "$place/nfpm.new" \
		github.com/goreleaser/nfpm/v2/cmd/nfpm >"$place/build.log" 2>&1; then
		tail -n 20 "$place/build.log" >&2
		echo "nfpm: not built; all of the above is in $place/build.log" >&2
		exit 1
	fi
	mv "$place/nfpm.new" "$place/nfpm"
fi
echo "$place/nfpm"
