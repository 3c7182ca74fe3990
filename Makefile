# Set-up is a prerequisite of every verb, so a fresh clone needs one command.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python

.PHONY: help setup lock

help: ## List the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## Make .venv with everything the project needs

.venv/.ready: requirements-dev.txt .python-version
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing .venv && uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements-dev.txt; \
	else \
	  python3 -m venv .venv && $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; \
	fi
	@touch $@

lock: setup ## Compile the requirement files again, with hashes and without index addresses
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --output-file requirements.txt requirements.in
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --output-file requirements-dev.txt requirements-dev.in
