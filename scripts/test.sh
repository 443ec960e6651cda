#!/bin/sh
# test.sh: all tests; the quick ones first. With versions of Kubernetes as arguments: only the tests on a real control plane,
# on each of them. One line a step with its seconds; what cannot run here says why, once, and under CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."
node=node_modules/.bin/node

# A step that hangs fails: --test-timeout does not end a file whose tests are over and that keeps something open.
longest=2400

step() {
	began=$(date +%s)
	name=$1
	shift
	echo "--- $name"
	timeout --foreground "$longest" "$@" || { echo "--- $name: failed after $(($(date +%s) - began)) s" >&2; exit 1; }
	echo "--- $name: $(($(date +%s) - began)) s"
}

quick() {
	find test -name '*.test.ts' -not -path 'test/cluster/*' -not -name '*-real.test.ts' -not -name '*-host.test.ts' \
		-not -name '*-package.test.ts' -not -path '*/node_modules/*' | sort
}

real() {
	find test/cluster -maxdepth 2 -name '*.test.ts' -not -path '*/node_modules/*'
	find test -name '*-real.test.ts' -not -path 'test/cluster/*'
}

on_control_plane() {
	# shellcheck disable=SC2046 # one argument a file
	step "tests on a real control plane${1:+, Kubernetes $1}" "$node" --test --test-reporter=spec --test-timeout=300000 \
		--test-concurrency=1 --test-global-setup=test/cluster/global-setup.ts $(real)
}

of_packages() {
	# shellcheck disable=SC2046
	step 'tests of the packages' "$node" --test --test-reporter=spec --test-timeout=600000 --test-concurrency=1 \
		$(find test -name '*-package.test.ts' | sort)
}

on_systemd() {
	# Each file has guests of its own and mostly waits for them.
	# shellcheck disable=SC2046
	step 'tests on a real systemd' "$node" --test --test-reporter=spec --test-timeout=600000 --test-concurrency=2 \
		--test-global-setup=test/host/global-setup.ts $(find test -name '*-host.test.ts' | sort)
}

# Tests write down here why they cannot run (test/cluster/available.ts): reporters show that in a long list, or not at all.
KURED_HOST_TEST_SKIPS=$(mktemp)
export KURED_HOST_TEST_SKIPS
trap 'sort -u "$KURED_HOST_TEST_SKIPS" | sed "s/^/--- skipped: /"; rm -f "$KURED_HOST_TEST_SKIPS"' EXIT

if [ $# -gt 0 ]; then
	step 'the bundle' make -s build
	for version; do
		export KUBERNETES_VERSION="$version"
		on_control_plane "$version"
	done
	exit
fi

# The control plane takes minutes to build the first time: it begins now, beside the quick tests.
if command -v go >/dev/null; then
	nice -n 10 test/cluster/build.sh >/dev/null &
fi
step 'types, lint, format, arrows, cycles' make -s check
step 'the bundle' make -s build
# shellcheck disable=SC2046
step 'quick tests' "$node" --test --test-reporter=dot --test-timeout=120000 --test-concurrency=2 $(quick)
wait
on_control_plane ''
of_packages
on_systemd
