# Shuangfu: `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# As compose has it: what deploy/.env names, where it names one.
IMAGE ?= $(or $(shell sed -n 's/^IMAGE=\([^[:space:]\#]*\).*/\1/p' deploy/.env 2>/dev/null | tail -1),shuangfu:local)
COMPOSE ?= docker compose --project-directory deploy -f deploy/docker-compose.yml
BUS ?= log
# Not from the environment, where others use the name.
REGION := hangzhou
DOCUMENT ?= founding.pdf
ARGS ?=
T ?= tests
# Tests that wait outnumber those that compute, so more workers than processors; WORKERS=0 runs them in one process.
WORKERS ?= 4
# What takes seconds a test: whole stacks, backups, replays, commands in processes of their own, old databases taken over.
SLOW := tests/faults tests/compose tests/operations tests/journeys tests/embedded tests/upgrades \
	tests/security/test_openapi.py tests/interfaces tests/shared/telemetry tests/shared/field/files/test_unpacking.py
# Compiled modules are kept: or else every worker, and every command that a test starts, compiles all of them again.
unexport PYTHONDONTWRITEBYTECODE

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

.PHONY: console
console:  ## Build the console's front end, unless it is built (Node from 20.19 on, or a wheel of it that is fetched)
	@deploy/build-console

.PHONY: demo
demo: setup $(if $(findstring --stay,$(ARGS)),try-console)  ## The whole job on invented data (REGION=shanghai; BUS=kafka: on a real Apache Kafka; ARGS=--json; DOCUMENT=file.pdf)
	@$(BIN)/shuangfu demo --region $(REGION) --bus $(BUS) --document $(DOCUMENT) $(ARGS)

.PHONY: serve
serve: setup try-console  ## All four services on http://127.0.0.1:8000, until stopped
	@exec $(BIN)/shuangfu serve $(ARGS)

# A machine that cannot build it serves the rest; what the console is tested with must be built.
.PHONY: try-console
try-console:
	@deploy/build-console || echo "console: not built (see above); everything else is served" >&2

.PHONY: test
test: setup lint console  ## Everything: style, types, layers, and all tests on real PostgreSQL and Kafka (T=path ARGS=… WORKERS=…)
	@$(MAKE) --no-print-directory --jobs=2 types pytest

.PHONY: pytest
pytest: setup
	@$(BIN)/python -m pytest -n $(WORKERS) $(T) $(ARGS)

.PHONY: test-fast
test-fast: setup lint  ## For the working hour: without faults, Kafka, compose, and what takes backups, replays or whole stacks
	@$(MAKE) --no-print-directory --jobs=2 types pytest WORKERS=3 ARGS='-m "not kafka" -p no:schemathesis $(addprefix --ignore=,$(SLOW)) $(ARGS)'

.PHONY: faults
faults: setup  ## The long trial under faults: more rounds, Kafka away for 60 s, a ten-minute transaction (FAULTS_SEED=…)
	@CI=true FAULTS=long $(BIN)/python -m pytest tests/faults $(ARGS)

.PHONY: lint
lint: setup  ## Style (ruff), layers (import-linter), words that are gone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.structure.words

.PHONY: types
types: setup  ## mypy, strict
	@$(BIN)/mypy

.PHONY: format
format: setup  ## Put the code in form
	@$(BIN)/ruff check --fix -q . || true
	@$(BIN)/ruff format .

.PHONY: city replay-city
city: replay-city  ## The same as replay-city
replay-city: setup  ## The source's Shanghai through the whole chain, compared with the text (ARGS="--scale 1 --bus kafka --output city.json")
	@$(BIN)/shuangfu replay-city $(ARGS)

.PHONY: bench
bench: setup  ## Speed against hand-written floors, in one run
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: peers
peers: setup  ## Speed against what a team would pick instead, in turn (needs redis-server)
	@$(BIN)/python -m benchmarks.peers $(ARGS)

.PHONY: growth
growth: setup  ## Time, memory and bytes by the number of organizations, up to 300,000
	@$(BIN)/python -m benchmarks.growth $(ARGS)

.PHONY: scaling
scaling: setup compose-build  ## One container of each kind against several, each with its share of a processor (needs Docker)
	@$(BIN)/python -m benchmarks.scaling --image $(IMAGE) $(ARGS)

.PHONY: schemas
schemas: setup  ## Store the JSON Schemas of the contracts anew (they may only grow)
	@$(BIN)/python -m shared.contracts.stored

.PHONY: openapi
openapi: setup  ## Store the OpenAPI documents of the services anew (they may only grow)
	@$(BIN)/python -m shuangfu.interfaces

.PHONY: schema
schema: setup  ## Write services/*/schema.sql again, from databases that all migrations have run in
	@$(BIN)/python -m shuangfu.schema

.PHONY: commands
commands: setup  ## Make docs/reference/commands.md anew from the commands themselves
	@$(BIN)/python -m shuangfu.reference > docs/reference/commands.md

.PHONY: rules
rules: setup  ## Write docs/reference/rules.md again from the rules' data
	@$(BIN)/python -m shuangfu.rules > docs/reference/rules.md

.PHONY: pictures
pictures: setup console  ## Take docs/pictures anew: the console's pages with the demonstration's data (needs Chromium)
	@$(BIN)/python -m tests.console.pictures

.PHONY: reference
reference:  ## Take the reference page's script again from the package that its lock names (needs npm)
	@cd shared/web/reference && npm ci --ignore-scripts --no-audit --no-fund --silent \
		&& cp node_modules/redoc/bundles/redoc.standalone.js . && cp node_modules/redoc/LICENSE redoc.LICENSE && rm -r node_modules

.PHONY: lock
lock: setup  ## Make requirements.lock and the image's deploy/requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra dev \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes -c requirements.lock \
		--custom-compile-command "make lock" pyproject.toml -o deploy/requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" deploy/node.in -o deploy/node.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" benchmarks/peers/requirements.in -o benchmarks/peers/requirements.lock

.PHONY: security
security: setup  ## Dependency audit, static checks, secret scan
	@$(BIN)/ruff check --select S,ASYNC,B --ignore S101 .
	@$(BIN)/python -m tests.security.scan
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.lock

.PHONY: compose-build
compose-build: console  ## Build the image (needs Docker)
	@deploy/build-image $(IMAGE)

.PHONY: compose-prepare
compose-prepare:  ## Make deploy/.env and the files of deploy/secrets that are missing
	@docker run --rm --network none --user "$$(id -u):$$(id -g)" -v "$$PWD/deploy:/deploy" $(IMAGE) prepare /deploy

.PHONY: compose-up
compose-up: compose-build  ## Everything in containers, on http://127.0.0.1:8000; again: over to this checkout (deploy/.env; ARGS=--scale …)
	@$(MAKE) --no-print-directory compose-prepare
	@COMPOSE="$(COMPOSE)" IMAGE=$(IMAGE) deploy/bring-up $(ARGS)
	@echo "Shuangfu is ready on http://$$(IMAGE=$(IMAGE) $(COMPOSE) port gateway 8080)"

.PHONY: compose-back
compose-back:  ## Over to an image that is there, without building (TO=shuangfu:REVISION; docker image ls shuangfu)
	@docker tag $(TO) $(IMAGE)
	@COMPOSE="$(COMPOSE)" IMAGE=$(IMAGE) deploy/bring-up $(ARGS)

.PHONY: compose-demo
compose-demo:  ## The demonstration against it; may be repeated (with a provider: ARGS='--tokens /trial/tokens.json')
	@IMAGE=$(IMAGE) $(COMPOSE) run --rm -T --no-deps --user "$$(id -u):$$(id -g)" \
		-v "$$PWD/deploy/secrets/trial:/trial" ops demo --url http://gateway:8080 --data /trial $(ARGS)

.PHONY: compose-down
compose-down:  ## Stop it (ARGS=-v: with its data)
	@IMAGE=$(IMAGE) $(COMPOSE) --profile tools --profile observability down --remove-orphans $(ARGS)

.PHONY: compose-test
compose-test: setup compose-build  ## The stack, the demonstration, every container killed in the middle of it, a backup restored (needs Docker)
	@IMAGE=$(IMAGE) $(BIN)/python -u -m tests.compose $(ARGS)
