# The one front door. Every target sets up what it needs and says what it is doing.
.DEFAULT_GOAL := help
.PHONY: help set-up demo test test-versions test-quick check docs format build bench model simulate mutants mutation soak packages repository

node := node_modules/.bin/node

help: ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

set-up:
	@scripts/set-up.sh

demo: set-up $(if $(filter real,$(CLUSTER)),build) ## five nodes that need a reboot, live in this terminal (CLUSTER=real: on a real control plane)
	@$(node) --disable-warning=ExperimentalWarning test/demo/demo.ts

bench: build ## the figures that were promised, measured on a real control plane (about eight minutes)
	@$(node) --disable-warning=ExperimentalWarning test/bench/bench.ts

test: set-up ## all tests, the real control plane among them
	@scripts/test.sh

test-versions: set-up ## the tests on a real control plane, on the oldest and the newest Kubernetes
	@scripts/test.sh 1.30.14 1.37.2

test-quick: set-up ## what needs neither Go nor root, under a minute
	@$(node) --test --test-reporter=dot --test-timeout=120000 $$(find test -name '*.test.ts' -not -path 'test/cluster/*' -not -name '*-real.test.ts' -not -name '*-host.test.ts' -not -name '*-package.test.ts' | sort)

model: set-up ## every order of steps and faults, on the shipped decisions (SET=three, or NODES=2 CONCURRENCY=1 FAULTS="crash late=2", or OTHERS=any ANY=2)
	@$(node) --disable-warning=ExperimentalWarning test/model/main.ts

simulate: set-up ## whole fleets under every fault, in virtual time (RUNS=1000, MINUTES=, FROM=, NODES=, FAULTS="kill power=10", JOBS=; SEED= or PLAN= again)
	@$(node) --disable-warning=ExperimentalWarning test/simulation/main.ts

mutants: set-up ## deliberate breaches of the code, each to be noticed by tests, model or simulation; hours (ONLY=, FIRST=1, WITNESSES="tests model", JOBS=)
	@$(node) --disable-warning=ExperimentalWarning test/mutants/main.ts

mutation: set-up ## is core/ tested where it is changed? (FILES='src/core/lease/**', MINUTES=, LAWS=lease; goes on where it was)
	@FILES="$(FILES)" MINUTES="$(MINUTES)" LAWS="$(LAWS)" test/mutation/run.sh

soak: build ## reboot cycles of three guests under power cuts and kills at random (CYCLES=500, MINUTES=, SEED=, ROUND=)
	@$(node) --disable-warning=ExperimentalWarning test/host/soak-main.ts

check: set-up ## types, lint, format, import arrows, cycles, and that what is made from the code is current
	@$(node) node_modules/typescript/bin/tsc -p .
	@node_modules/.bin/biome check --error-on-warnings .
	@$(node) --disable-warning=ExperimentalWarning scripts/generated.ts --check

docs: set-up ## writes anew what is made from the code: diagrams and tables of the docs, packaging/config.yaml, the catalogue, the dashboard
	@$(node) --disable-warning=ExperimentalWarning scripts/generated.ts

format: set-up ## rewrites what the formatter would write otherwise
	@node_modules/.bin/biome check --write .

build: set-up ## the one bundled file, dist/app.cjs
	@$(node) scripts/build.ts

packages: set-up ## deb and rpm, amd64 and arm64, in dist/packages (about three minutes, once half a minute of building nfpm)
	@$(node) --disable-warning=ExperimentalWarning scripts/packages/main.ts

repository: ## apt and dnf repositories of dist/packages in dist/repository, signed: make repository KEY=fingerprint
	@scripts/packages/repository.sh dist/packages dist/repository "$(KEY)"
