# Shuangfu: `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
BUS ?= log
ARGS ?=
T ?= tests

.PHONY: help
help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 16

.PHONY: setup
setup: .venv/ready  ## Make .venv from requirements.lock, with the command line at .venv/bin/shuangfu

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what requirements.lock names …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: demo
demo: setup  ## The whole job on invented data (BUS=kafka: on a real Apache Kafka; ARGS=--json)
	@$(BIN)/shuangfu demo --bus $(BUS) $(ARGS)

.PHONY: serve
serve: setup  ## All four services on http://127.0.0.1:8000, until stopped
	@exec $(BIN)/shuangfu serve $(ARGS)

.PHONY: test
test: setup lint types  ## Everything: style, types, layers, and all tests on real PostgreSQL and Kafka (T=path ARGS=…)
	@$(BIN)/python -m pytest $(T) $(ARGS)

.PHONY: lint
lint: setup  ## Style (ruff) and layers (import-linter)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

.PHONY: types
types: setup  ## mypy, strict
	@$(BIN)/mypy

.PHONY: format
format: setup  ## Put the code in form
	@$(BIN)/ruff check --fix -q . || true
	@$(BIN)/ruff format .

.PHONY: bench
bench: setup  ## Speed against hand-written floors, in one run
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: schemas
schemas: setup  ## Store the JSON Schemas of the contracts anew (they may only grow)
	@$(BIN)/python -m shared.contracts.stored

.PHONY: lock
lock: setup  ## Make requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra dev \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock

.PHONY: security
security: setup  ## Dependency audit, static checks, secret scan
	@$(BIN)/ruff check --select S,ASYNC,B --ignore S101 .
	@$(BIN)/python -m tests.security.scan
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.lock
