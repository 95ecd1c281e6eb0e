# The two commands a newcomer needs are `make run` and `make test`; bare `make` lists the rest.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
HOST ?= 127.0.0.1
PLUMBLINE_HOME ?= .plumbline
ARGS ?=
DATA ?=

BIN := $(VENV)/bin
OURS := $(wildcard libs/*) $(wildcard services/*) deploy/embedded
PACKAGES := $(addsuffix /pyproject.toml,$(OURS))
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps
export PYTHONDONTWRITEBYTECODE ?=
.DEFAULT_GOAL := help
.PHONY: help setup run demo-update test test-fast check format lint types protos imports bench eval chaos lock clean

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Plumbline needs Python 3.11 or newer; this is %d.%d. Say which to use: make PYTHON=/path/to/python3.11 ..." % sys.version_info[:2])'
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: deploy/locks/embedded.txt $(PACKAGES) | $(BIN)/python
	@echo "installing what Plumbline needs (once)"
	@$(PIP) --require-hashes -r deploy/locks/embedded.txt
	@$(PIP) --no-build-isolation $(foreach p,$(OURS),--editable ./$(p))
	@touch $@

$(VENV)/.dev: deploy/locks/dev.txt $(VENV)/.runtime
	@echo "installing what the tests need (once)"
	@$(PIP) --require-hashes -r deploy/locks/dev.txt
	@touch $@

setup: $(VENV)/.runtime ## install into .venv, and nothing else

run: $(VENV)/.runtime ## all services in one process: http://localhost:8000
	@exec env HOST=$(HOST) PORT=$(PORT) PLUMBLINE_HOME="$(PLUMBLINE_HOME)" $(BIN)/plumbline run

demo-update: $(VENV)/.runtime ## watch an answer change when its guideline does, in a home of its own
	@exec $(BIN)/plumbline demo-update $(ARGS)

test: $(VENV)/.dev ## the whole suite
	@$(BIN)/python -m pytest -m "not bench and not eval and not chaos" $(ARGS)

test-fast: $(VENV)/.dev ## all that starts no process, broker or browser
	@$(BIN)/python -m pytest -m "not slow and not kafka and not browser and not bench and not eval" $(ARGS)

check: format lint types protos imports ## exactly what CI checks before it tests

format: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet . || (echo "run: $(BIN)/ruff format ." && exit 1)

lint: $(VENV)/.dev
	@$(BIN)/ruff check --quiet .
	@PATH="$(abspath $(BIN)):$$PATH" buf lint

types: $(VENV)/.dev
	@$(BIN)/mypy libs services deploy tests protos

protos: $(VENV)/.dev ## regenerate libs/contracts and fail if that changed anything
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python protos/generate.py
	@git diff --exit-code --stat -- libs/contracts

imports: $(VENV)/.dev
	@$(BIN)/python -m pytest -q tests/repo $(ARGS)

bench: $(VENV)/.dev ## benchmarks: ratios against a limit or a peer in the same run; DATA=folder for more of them
	@PLUMBLINE_EVAL_DATA="$(DATA)" $(BIN)/python -m pytest -s -m bench tests/bench $(ARGS)

eval: $(VENV)/.dev ## evaluations; DATA=folder names the sets
	@PLUMBLINE_EVAL_DATA="$(DATA)" $(BIN)/python -m pytest -s -m eval tests/eval $(ARGS)

chaos: $(VENV)/.dev ## three minutes of kill -9 on three brokers and thirteen processes, and what became of it
	@$(BIN)/python -m pytest -s -m chaos tests/system/test_chaos.py $(ARGS)

lock: $(VENV)/.dev ## refresh deploy/locks (upgrade=1 to move versions)
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python deploy/locks/lock.py $(if $(upgrade),upgrade)

clean: ## remove the environment (never the home)
	rm -rf $(VENV)
