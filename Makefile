# make run | make test | make demo: each works in a new clone with nothing installed but Python (3.11 to 3.14), make and git.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
CONFIG ?= config

.PHONY: run test demo check lint lock clean

run: $(VENV)/.run
	$(BIN)/diplowatch check --config $(CONFIG)
	$(BIN)/diplowatch run --config $(CONFIG)

demo: $(VENV)/.run
	$(BIN)/diplowatch demo

test: $(VENV)/.test
	$(BIN)/python -m pytest

check: $(VENV)/.run
	$(BIN)/diplowatch check --config $(CONFIG)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 14) else "Makefile: Python 3.11 to 3.14 is needed, this is " + sys.version.split()[0] + " (choose one: make PYTHON=python3.12 run)")'
	@echo "installing into $(VENV): about a minute, once"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# Re-resolves both lock files; they hold hashes and no index lines.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet pyproject.toml requirements.build.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet pyproject.toml requirements.build.in --group dev --constraint requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
