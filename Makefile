# Suture: every target does the set-up that it needs.
#
#   make test        builds everything and passes the tests
#   make quickstart  builds everything and runs the pipeline on a small model
#   make help        lists the other targets
#
# What targets measure goes to work/results, which git ignores; `make update-results` copies it to
# results, which belongs to the repository.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.NOTPARALLEL:

# The kernels written in Swift are compiled for the processor of this machine: wider vectors, the
# same results. A program that shall run on an older processor is built with `make ARCH_FLAGS=`.
ARCH_FLAGS ?= -Xswiftc -target-cpu -Xswiftc native
# One configuration for programs and tests, so that nothing is compiled twice.
BUILD_FLAGS := -c release $(ARCH_FLAGS)
TEST_MINUTES ?= 25

export SWIFT_BACKTRACE := enable=no
export SUTURE_PYTHON := $(CURDIR)/.venv-test/bin/python
export SUTURE_TEST_MODEL := $(CURDIR)/downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf
export SUTURE_GEMMA_MODEL := $(CURDIR)/downloads/models/gemma-3-270m-q4_k_m.gguf

SETUP := experiments/setup
RESULTS := work/results
RUN_TESTS := $(SETUP)/with-openblas-kernels timeout -k 10 $(TEST_MINUTES)m \
  swift test $(BUILD_FLAGS) --skip-build --disable-xctest

.PHONY: help setup setup-native setup-python setup-drawing setup-downloads setup-gemma resolve build build-tests \
  test test-kernels quickstart arms sweep study study-seeds study-gemma matcher parity bench update-results acceptance lint format clean

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

setup: setup-native setup-python setup-downloads ## installs everything that building and testing need

setup-native:
	@$(SETUP)/system-packages
	@$(SETUP)/check-swift

setup-python: setup-native
	@$(SETUP)/python-environment .venv-test $(SETUP)/test-requirements.txt

setup-drawing: setup-native
	@experiments/fetch/drawing.sh

setup-downloads: setup-native
	@python3 experiments/fetch/fetch.py quickstart

setup-gemma: setup-native
	@python3 experiments/fetch/fetch.py gemma

resolve: setup-native
	swift package resolve
	@echo "Swift packages:"
	@grep -oE '"(identity|version)" : "[^"]+"' Package.resolved | cut -d '"' -f 4 | paste -d ' ' - - | sed 's/^/  /'

build: resolve ## builds the programs into .build/release
	swift build $(BUILD_FLAGS)

build-tests: resolve
	swift build $(BUILD_FLAGS) --build-tests

test: setup build-tests ## builds everything and runs the tests
	$(RUN_TESTS)

test-kernels: setup ## runs the tests in three builds with each kind of OpenBLAS's kernels that runs here
	$(SETUP)/test-kernels

acceptance: setup setup-gemma setup-drawing build-tests ## runs the tests that take long, on real models
	experiments/plotting/run.sh work/plotting
	python3 experiments/scale/simulate.py --check
	SUTURE_ACCEPTANCE=1 $(RUN_TESTS) --filter Acceptance
	timeout -k 60 60m experiments/acceptance/slurm/run.sh .build/release $(SUTURE_TEST_MODEL)

quickstart: build setup-drawing ## attacks a small model and recovers it from one example
	experiments/quickstart/run.sh

arms: build setup-downloads ## compares the arms of a recovery at equal norm and equal loss; takes an hour or two
	experiments/arms/run.sh

sweep: build setup-downloads ## sweeps ranks across attacks, examples and seeds on SmolLM2
	experiments/sweep/run.sh

study: build setup-downloads ## runs the study on SmolLM2 and writes its claim card; takes about an hour and a half
	experiments/study/run.sh smollm2-135m

study-seeds: study ## runs the study's verdicts with other seeds and compares them
	experiments/study/seeds.sh

study-gemma: build setup-downloads setup-gemma ## aligns Gemma 3 270M and runs the study on it
	experiments/study/run.sh gemma-3-270m

matcher: build ## measures the refusal matcher on labelled responses
	mkdir -p $(RESULTS)
	experiments/matcher/measure.py .build/release/evaluate-safety $(RESULTS)/matcher.md
	@cat $(RESULTS)/matcher.md

parity: build ## compares every architecture with PyTorch
	mkdir -p $(RESULTS)
	$(SETUP)/with-openblas-kernels .build/release/check-parity \
	  Tests/Fixtures/models > $(RESULTS)/parity.md.part
	mv $(RESULTS)/parity.md.part $(RESULTS)/parity.md
	@cat $(RESULTS)/parity.md

bench: build setup-downloads setup-python setup-drawing ## measures speed beside PyTorch's
	experiments/benchmark/run.sh

update-results: ## copies what quickstart, matcher, parity and bench left in work/results to results
	cp -R $(RESULTS)/. results

lint: ## checks the format of the sources
	swift format lint --strict --parallel --recursive Sources Tests Package.swift

format:
	swift format --in-place --parallel --recursive Sources Tests Package.swift

clean: ## removes what was built, but no downloads
	rm -rf .build
