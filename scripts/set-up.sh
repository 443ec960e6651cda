#!/bin/sh
# set-up.sh: brings what the lockfile pins (Node 24 among it) into node_modules, once per lockfile. Says what it does.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.set-up
pinned=$(sha256sum package-lock.json | cut -c1-16)
[ "$(cat "$stamp" 2>/dev/null || true)" = "$pinned" ] && exit 0
if ! command -v npm >/dev/null; then
	echo 'set-up: npm is not found; install Node.js with npm (any version that still gets updates) and try again' >&2
	exit 69
fi
echo 'set-up: fetching what package-lock.json pins, Node 24 among it (npm ci, about 10 s)' >&2
npm ci --no-progress --loglevel=error >&2
echo "$pinned" >"$stamp"
