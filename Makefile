# Everything a developer or CI runs. Nothing needs to be done before.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Tests are compiled once, not at each start: the copy that meets the wheel keeps what was compiled.
export PYTHONDONTWRITEBYTECODE :=
WHEEL_VENV := build/wheel-venv

.PHONY: help demo test lint types mypy pyright unit wheel stress bench servers node clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/zonesync: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

# Python compiles what is imported; most of what the services' SDKs bring never is.
$(STAMP): pyproject.toml $(BIN)/zonesync
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile -e '.[dev]'
	@touch $@

demo: $(BIN)/zonesync ## plan and apply the example zones to two BIND providers under build/
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

servers: ## install the name servers that some tests start (root on Debian or Ubuntu)
	@sh tests/servers.sh

node: ## install what some tests run under node into build/
	@sh tests/node.sh

test: $(STAMP) servers node lint types unit wheel ## everything that CI runs

lint: $(STAMP) ## ruff and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMP) ## mypy strict and pyright, both at once
	@$(MAKE) --no-print-directory -j 2 mypy pyright

mypy: $(STAMP)
	$(BIN)/mypy

pyright: $(STAMP)
	$(BIN)/pyright --pythonpath $(BIN)/python

unit: $(STAMP) ## the tests, with branch coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term --cov-report=xml:build/coverage.xml

# What the wheel needs is what .venv has: it is looked at there, after the packages of the wheel, and checked, not
# installed once more. The editable install in .venv is no part of it: links within a linked folder are not followed.
# The tests that meet the wheel are those that a package with a part missing fails: every file is there as it is in the
# source and every module is imported (packaging); the entry points and the processes, what is read from files beside
# the modules and what is loaded lately (cli, views, workflow); and each adapter holds the contract, once, with its SDK.
# Algorithms are the same lines in the wheel as in the source, where `make unit` runs all tests.
WHEEL_TESTS := tests/packaging tests/cli tests/views tests/workflow tests/*/test_conformance*.py

wheel: $(STAMP) ## build the wheel once, and run the tests against it installed
	rm -rf build/wheel $(WHEEL_VENV)
	$(BIN)/python -m build --no-isolation --wheel --outdir build/wheel .
	$(PYTHON) -m venv --without-pip $(WHEEL_VENV)
	$(BIN)/pip --python $(WHEEL_VENV)/bin/python install --quiet --disable-pip-version-check --no-deps build/wheel/*.whl
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$$($(WHEEL_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/development.pth"
	$(BIN)/pip --python $(WHEEL_VENV)/bin/python check
	rm -rf build/wheel-tests && mkdir -p build/wheel-tests
	cp -rp tests zones examples docs benchmarks zonesync.yaml README.md CHANGELOG.md CONTRIBUTING.md pyproject.toml .pre-commit-hooks.yaml build/wheel-tests/
	cd build/wheel-tests && ZONESYNC_BRIEF=1 ZONESYNC_SOURCE="$(CURDIR)" ZONESYNC_SHARED="$(CURDIR)/../shared" \
	    $(CURDIR)/$(WHEEL_VENV)/bin/python -m pytest -n 2 -q -m "not source and not server and not property" \
	    -k "not TestPrivate and not TestThroughManyPages and not TestUnchecked" $(WHEEL_TESTS)

stress: $(STAMP) servers node ## the large counts: up to 90 minutes
	ZONESYNC_STRESS=1 $(BIN)/python -m pytest -n 2 --no-cov -q

bench: $(STAMP) ## one table of speed, beside octoDNS and named-checkzone
	$(BIN)/python -m benchmarks.run

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
