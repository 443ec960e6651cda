#!/bin/sh
# run.sh: `make mutation [FILES='src/core/lease/**'] [MINUTES=] [LAWS=lease]`. Changes core/ in one place after the other and looks
# whether a test fails. What was tried is kept, so an ended or interrupted run goes on where it was.
# No names of files in place of the patterns: the tool reads those itself.
set -euf
cd "$(dirname "$0")/../.."
PATH=$PWD/node_modules/.bin:$PATH
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kured-host
results=$cache/mutation/results.json
ends=$(($(date +%s) + ${MINUTES:-600} * 60))

# The tool's own packages: needed here only, so they are no part of what `make set-up` brings, and lie outside the tree.
tool=$cache/stryker-$(sha256sum test/mutation/package-lock.json | cut -c1-16)
if [ ! -d "$tool" ]; then
	echo 'mutation: fetching StrykerJS (npm ci, 61 MB, about 10 s)' >&2
	mkdir -p "$cache"
	new=$(mktemp -d "$cache/new-stryker-XXXXXX")
	trap 'rm -rf "$new"' EXIT
	cp test/mutation/package.json test/mutation/package-lock.json "$new"
	npm ci --prefix "$new" --no-progress --no-audit --no-fund --loglevel=error >&2
	mv -T "$new" "$tool"
	trap - EXIT
fi

all='src/core/lease/** src/core/phases/** src/core/drain/** src/core/window/** src/core/*.ts src/core/blockers/** src/core/alerts/**'

# A folder at a time: the fewer mutants the code carries, the faster it is.
for files in ${FILES:-$all}; do
	left=$((ends - $(date +%s)))
	[ "$left" -gt 0 ] || break
	echo "--- $files"
	# The signal lets what was tried be written down. Its status says nothing else: the table below does.
	timeout --foreground -s INT "$left" node "$tool/node_modules/@stryker-mutator/core/bin/stryker.js" run test/mutation/stryker.config.json \
		--mutate "$files" --incrementalFile "$results" || [ $? -eq 124 ]
done
exec node --disable-warning=ExperimentalWarning test/mutation/summary.ts "$results"
