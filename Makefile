# Two commands: `make run` (a running demo) and `make test` (the whole suite). Both set up all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export BIENESTAR_HOME ?= $(CURDIR)/var
PORT ?= 8000
TESTS ?= tests
# `make test EXTRAS=spark` installs pyspark too (400 MB), for the tests that run Spark; they need Java 17.
EXTRAS ?=

.PHONY: run test setup setup-dev lint lock clean bench pictures hidalgo

setup: $(VENV)/.run-ready node_modules/.ready
setup-dev: $(VENV)/.test-ready $(EXTRAS:%=$(VENV)/.%-ready) node_modules/.ready

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@echo "· Making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13,<0.14'

$(VENV)/.run-ready: requirements.txt pyproject.toml $(wildcard bienestar/web/locale/*/LC_MESSAGES/django.po) | $(BIN)/uv
	@echo "· Installing what the program needs"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@$(BIN)/python -m bienestar.config.translations
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt $(VENV)/.run-ready
	@echo "· Installing what the tests need"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.%-ready: requirements-%.txt $(VENV)/.test-ready
	@echo "· Installing what $* needs"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $<
	@touch $@

# What the verifier's page runs to read codes; where it cannot be had, one sentence says so and all else works.
node_modules/.ready: package.json package-lock.json | $(VENV)/.run-ready
	@$(BIN)/python -m bienestar.config.browser_packages

run: setup
	@BIENESTAR_DEMO=1 $(BIN)/bienestar demo --if-empty
	@BIENESTAR_DEMO=1 $(BIN)/bienestar serve --port $(PORT)

test: setup-dev
	@BIENESTAR_HOME=$(CURDIR)/var/test $(BIN)/python -m bienestar.config.checks
	@BIENESTAR_HOME=$(CURDIR)/var/test BIENESTAR_TESTS="$(TESTS)" $(BIN)/python -m tests.run

lint: setup-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy

lock: $(BIN)/uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.txt
	@for extra in browser spark bench; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra $$extra -c requirements-dev.txt pyproject.toml -o requirements-$$extra.txt; done

# The README's pictures, taken with chromium from the invented state.
pictures: setup-dev
	@$(BIN)/python docs/pictures.py

# The README's walk-through on the real files, and docs/hidalgo.md from what it gave.
hidalgo: setup-dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python docs/hidalgo.py

clean:
	@rm -rf $(VENV) var node_modules *.egg-info
