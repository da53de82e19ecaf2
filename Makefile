# Samenspel: what one does with a checkout. `make` alone explains.

SHELL := /bin/bash
BIN := .venv/bin
PYTHON ?= python3
WORKERS ?= logical
TOOLS := .venv/tools

export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup up test check bench lock audit sbom clean

help: ## show this
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.for-development ## make .venv with everything for use, tests and bench

up: .venv/.for-use ## start a hub with the demo region, on an embedded database
	@exec $(BIN)/hub up $(ARGS)

test: .venv/.for-development ## format, lint, types, floors and all tests
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports --no-logo
	@$(BIN)/pytest --numprocesses=$(WORKERS) --maxprocesses=8 $(ARGS)

check: test ## the same: what passes here passes the build

bench: .venv/.for-development ## measure the figures that are promised
	@exec $(BIN)/python -m bench $(ARGS)

lock: $(TOOLS)/bin/uv ## choose the newest allowed version of every dependency again
	@$(call locked,requirements.lock,pyproject.toml)
	@$(call locked,requirements-build.lock,--group build)
	@$(call locked,requirements-dev.lock,pyproject.toml --group dev --constraints requirements.lock --constraints requirements-build.lock)

sbom: .venv/.for-development ## write the list of parts of a release, dist/sbom.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.json 2>/dev/null

audit: $(TOOLS)/bin/pip-audit ## look for known holes in the dependencies (asks a public service)
	@$(TOOLS)/bin/pip-audit --require-hashes --requirement requirements.lock

clean: ## remove what was made here; data of a hub is not touched
	@rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.for-use: requirements.lock requirements-build.lock pyproject.toml .ci/setup tools/build_assets.py tools/assets/package-lock.json
	@.ci/setup requirements.lock requirements-build.lock
	@touch $@

.venv/.for-development: requirements-dev.lock pyproject.toml .ci/setup tools/build_assets.py tools/assets/package-lock.json
	@.ci/setup requirements-dev.lock
	@touch $@ .venv/.for-use

$(TOOLS)/bin/%: | .venv/.for-use
	@test -x $(TOOLS)/bin/python || $(BIN)/python -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check $*

# One lock for Linux and macOS, Python 3.11 and newer: with hashes, and without the name of any package index.
define locked
$(TOOLS)/bin/uv pip compile $(2) --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-emit-build-options \
	--output-file $(1)
endef
