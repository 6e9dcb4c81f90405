# Everything a developer types. Only python3, python3-venv and make are needed; the rest is made in .venv.
.DEFAULT_GOAL := help
.PHONY: help setup environment demo test test-long bench lint format lock

BIN := .venv/bin
# Compiled modules halve the start-up time.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

setup: ## Make .venv, install everything that is locked, build the console.
	@sh tools/setup.sh

environment:
	@sh tools/setup.sh --without-console

demo: setup ## Import a year of real baskets and serve the whole loop on http://127.0.0.1:8700 (ARGS="--households 100").
	@$(BIN)/unavoce demo $(ARGS)

test: setup ## Run the tests (ARGS="tests/access -x").
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long" $(ARGS)

test-long: setup ## Run the tests that take minutes: chaos, scale, the whole year.
	@$(BIN)/python -m pytest -m long $(ARGS)

bench: setup ## Print the figures as JSON lines (ONLY=collect for one file).
	@$(BIN)/unavoce bench $(ONLY)

lint: environment ## Check style, types, layers and dependencies.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry src

format: environment ## Put the code in its standard form and fix what can be fixed.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: environment ## Resolve requirements.lock again from pyproject.toml.
	@$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --extra demo --group test --group lint --group web --group build --output-file requirements.lock
