#!/bin/sh
# test.sh: all tests; the quick ones first. One line a step with its seconds; what cannot run here says why, and under
# CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."
node=node_modules/.bin/node

step() {
	began=$(date +%s)
	name=$1
	shift
	echo "--- $name"
	"$@" || { echo "--- $name: failed after $(($(date +%s) - began)) s" >&2; exit 1; }
	echo "--- $name: $(($(date +%s) - began)) s"
}

quick() {
	find test -name '*.test.ts' -not -path 'test/cluster/*' -not -name '*-real.test.ts' -not -path '*/node_modules/*' | sort
}

real() {
	find test/cluster -maxdepth 2 -name '*.test.ts' -not -path '*/node_modules/*'
	find test -name '*-real.test.ts' -not -path 'test/cluster/*'
}

# The control plane takes minutes to build the first time: it begins now, beside the quick tests.
if command -v go >/dev/null; then
	nice -n 10 test/cluster/build.sh >/dev/null &
fi
step 'types, lint, format, arrows, cycles' make -s check
step 'the bundle' make -s build
# shellcheck disable=SC2046 # one argument a file
step 'quick tests' "$node" --test --test-reporter=dot --test-timeout=120000 --test-concurrency=2 $(quick)
wait
# shellcheck disable=SC2046
step 'tests on a real control plane' "$node" --test --test-reporter=spec --test-timeout=300000 --test-concurrency=1 --test-global-setup=test/cluster/global-setup.ts $(real)
