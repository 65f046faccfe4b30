# The two commands of the README are `make demo` and `make test`; each sets up what it needs below .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo serve test check lint types walls fast bench messages schemas assets clean

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
# what runs Panah, and with the developers' tools on top
READY := .make/ready
TOOLS := .make/tools
DATA ?= demo
# two workers: what CI has; more is left to the developer
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

$(READY): pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@echo "installing what uv.lock names ..." >&2
	@VIRTUAL_ENV= UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --locked --quiet --inexact --extra web --no-dev
	@mkdir -p .make && touch $@

$(TOOLS): $(READY)
	@VIRTUAL_ENV= UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --locked --quiet --inexact --extra web
	@touch $@

demo: $(READY)  ## the whole way on invented data, then the web pages on loopback (ARGS=--no-serve stops before)
	@$(BIN)/panah demo --data $(DATA) $(ARGS)

serve: $(READY)  ## the web application on your own data folder
	@$(BIN)/panah serve $(ARGS)

check: $(TOOLS) lint types walls fast  ## lint, types, walls, generated files, fast tests: under two minutes

lint: $(TOOLS)
	@$(BIN)/ruff check --no-cache --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/python tools/messages.py check
	@$(BIN)/python tools/schemas.py --check

types: $(TOOLS)
	@$(BIN)/mypy --no-error-summary

walls: $(TOOLS)
	@$(BIN)/lint-imports --no-cache > .make/walls.txt || { cat .make/walls.txt; exit 1; }

fast: $(TOOLS)
	@$(PYTEST) -q -m "not slow and not browser and not server"

test: $(TOOLS) lint types walls assets  ## everything: all tests on SQLite, browser tests included, then the web tests on PostgreSQL
	@$(BIN)/python tools/system_packages.py
	@$(BIN)/python tools/with_postgres.py -- $(PYTEST) -q -p no:cacheprovider tests/web tests/invariants -m "not browser and not server"
	@$(BIN)/python tools/with_postgres.py -- $(PYTEST) -q -n 0 -p no:cacheprovider tests/invariants/test_proof_13_hostile_pages.py tests/invariants/test_proof_20_memory.py
	@$(PYTEST) -m "not browser"
	@$(PYTEST) -m browser

assets: $(TOOLS)  ## rebuild the front end and compare it with what is committed
	@cd frontend && npm ci --silent --no-audit --no-fund && npm run --silent build
	@git diff --exit-code --stat -- src/panah/web/base/static src/panah/release/data || \
		{ echo "make assets: the committed front end differs from its sources; commit the rebuilt files" >&2; exit 1; }

messages: $(TOOLS)  ## extract and compile the translations
	@$(BIN)/python tools/messages.py extract
	@$(BIN)/python tools/messages.py compile

schemas: $(TOOLS)  ## write docs/schema/
	@$(BIN)/python tools/schemas.py

bench: $(TOOLS)  ## speed and memory, each beside its peer or limit in the same run
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python $$file; done

clean:  ## remove the environment and the demo folder
	@rm -rf .venv .make demo frontend/node_modules
