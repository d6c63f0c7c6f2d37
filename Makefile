# sipmasq: everything a person or a machine does with this tree.
# Needs GNU make and, when no Deno of the version below is on PATH, npm.

DENO_VERSION := 2.9.5

# All that the program may do; tests/style/tidy_test.ts compares deno.json with it.
PERMISSIONS := --no-prompt --allow-net --allow-read --allow-write --allow-sys=networkInterfaces --allow-env=HOME,XDG_STATE_HOME,XDG_CACHE_HOME,XDG_RUNTIME_DIR,JOURNAL_STREAM --allow-run=cat

# The tests open sockets and files as the program does, and no more.
TEST_PERMISSIONS := $(PERMISSIONS)
# The slow ones begin; tests/groups.ts says which files each group runs. `make types` checks types, for all at once.
TEST_FILES := tests/sim tests/fuzz $(wildcard tests/groups/*.ts)

# Without it Deno asks for updates on a terminal.
export DENO_NO_UPDATE_CHECK := 1

DENO_ON_PATH := $(shell deno --version 2>/dev/null | grep -q '^deno $(DENO_VERSION) ' && command -v deno)
DENO_HERE := $(CURDIR)/.deno/$(DENO_VERSION)/deno
DENO := $(or $(DENO_ON_PATH),$(DENO_HERE))
export DENO

.PHONY: flood fuzz torture help run test selftest check fmt fmt-check lint types doc-lint proof deps lab-deps lab mutants soak sim bench build black-box-deps black-box clean permissions
.DEFAULT_GOAL := help

help:
	@echo 'make run        start sipmasq (CONFIG=file: with that configuration)'
	@echo 'make selftest   a registration, and calls with audio that outlive crashes, on this machine alone'
	@echo 'make test       unit, flow, simulator, torture, fuzz and style tests'
	@echo 'make check      formatting, lint, types, documentation, then the tests'
	@echo 'make flood      calls and phones while 5,000 messages a second come on each side (SECONDS=20 each)'
	@echo 'make fuzz       COUNT (200000) faulty inputs thrown at the core, from SEED=2'
	@echo 'make torture    FOLDER=path: every message in it, such as the originals of RFC 4475, thrown at the core'
	@echo 'make lab        calls through real networks and user agents (root; once before: make lab-deps)'
	@echo 'make mutants    puts faults into a copy of the source: each must turn tests red'
	@echo 'make sim        thousands of worlds in virtual time, whatever goes wrong in them (SEEDS=2500 FROM=1)'
	@echo 'make soak       50 calls that come and go, and restarts, for MINUTES=10; audio goes on, nothing is left over'
	@echo 'make bench      CPU per call and per packet on this machine, beside what they shall be'
	@echo 'make build      dist/sipmasq, one file; make black-box tests it (root; once before: make black-box-deps)'
	@echo 'make proof      the scripts in .ci: what must fail does fail'
	@echo 'make clean      remove what was built and the fetched Deno'

# One package, checked against .ci/npm.sha512: neither its scripts nor a Node wrapper are run.
$(DENO_HERE):
	@echo 'Fetching Deno $(DENO_VERSION) from npm (once, about 40 MB)'
	@.ci/fetch @deno/linux-@ARCH@-glibc@$(DENO_VERSION) package/deno $@
	@$@ --version | head -n 1

deps: $(DENO)
	@.ci/without-warnings $(DENO) ci

run: $(DENO)
	@$(DENO) run --quiet $(PERMISSIONS) main.ts run $(if $(CONFIG),--config $(CONFIG))

selftest: $(DENO)
	@$(DENO) run --quiet $(PERMISSIONS) main.ts selftest

test: $(DENO)
	@.ci/tally $(DENO) test --quiet --no-check --parallel $(TEST_PERMISSIONS) $(TEST_FILES)

check: fmt-check lint types doc-lint test

fmt: $(DENO)
	@$(DENO) fmt

fmt-check: $(DENO)
	@$(DENO) fmt --check

lint: $(DENO)
	@$(DENO) lint

types: $(DENO)
	@.ci/without-warnings $(DENO) check main.ts src tests

doc-lint: $(DENO)
	@.ci/doc-lint

proof:
	@.ci/proof

lab-deps:
	@tests/lab/deps

lab: $(DENO)
	@$(DENO) run -A tests/lab/run.ts

mutants: $(DENO)
	@$(DENO) run -A tests/mutants.ts $(TEST_PERMISSIONS) $(ONLY)

# SEEDS worlds from number FROM on; `make sim FROM=17 SEEDS=1` shows one that failed.
SEEDS ?= 2500
FROM ?= 1
sim: $(DENO)
	@$(DENO) run --quiet --allow-read tests/sim/run.ts $(FROM) $(SEEDS)

# COUNT and SEED as wanted: another seed tries other things; a failure says how to see it again.
fuzz: $(DENO)
	@$(DENO) run --allow-read --no-prompt tests/fuzz/run.ts $(or $(COUNT),200000) $(SEED)

# Files whose names are those of our cases must fare as they do.
torture: $(DENO)
	@$(DENO) run --quiet --allow-read tests/torture/run.ts $(if $(FOLDER),'$(FOLDER)')

# Each flood takes SECONDS.
flood: $(DENO)
	@$(DENO) run -A tests/load/flood.ts $(or $(SECONDS),20)

# It rests three times for 40 s beside that.
MINUTES ?= 10
soak: $(DENO)
	@$(DENO) run -A tests/soak/run.ts $(MINUTES) $(PERMISSIONS)

bench: $(DENO)
	@$(DENO) run -A tests/bench/run.ts

build: $(DENO)
	@.ci/build

black-box-deps:
	@tests/black_box/deps

black-box: $(DENO)
	@$(DENO) run -A tests/black_box/run.ts $(ONLY)

permissions:
	@echo '$(PERMISSIONS)'

clean:
	rm -rf dist coverage .deno
