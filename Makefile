# Every target does its own set-up: on a clean checkout, `make demo` or `make test` alone is enough.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test test-all learns lint bench bench-trl bench-verifiers clean

demo: $(VENV)/train.installed
	$(BIN)/rlvr demo

test: $(VENV)/dev.installed
	$(BIN)/python -m pytest -m "not slow"

test-all: $(VENV)/dev.installed
	$(BIN)/python -m pytest

learns: $(VENV)/dev.installed
	$(BIN)/python -m pytest -m learns tests/learns

lint: $(VENV)/dev.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/dev.installed
	$(BIN)/python -m benchmarks.environment
	$(BIN)/python -m benchmarks.instructions
	$(BIN)/python -m benchmarks.pool
	$(BIN)/python -m benchmarks.sandbox
	$(BIN)/python -m benchmarks.wrappers

# TRL in an environment of its own: its requirements are not ours.
bench-trl:
	$(MAKE) VENV=.venv-trl .venv-trl/trl.installed
	.venv-trl/bin/python -m benchmarks.trl_side_by_side

bench-verifiers: $(VENV)/dev.installed $(VENV)/bench.installed
	$(BIN)/python -m benchmarks.verifiers

clean:
	rm -rf $(VENV) .venv-trl .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'rlvr needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv $(VENV)

# torch first and pinned: anything that depends on it would otherwise bring another build.
$(VENV)/%.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) torch
	$(INSTALL) -e ".[$*]"
	touch $@
