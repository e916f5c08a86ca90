# Two commands, each alone enough on a fresh Debian or Ubuntu machine: `make demo`, `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Nothing that runs here reports home or looks for a newer version of itself.
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS := false
export PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED := false
# Prefect's own server takes 14 s to start on a quiet machine; its default patience is 20 s.
export PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS := 120
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python keeps what it has compiled: without, each of the many processes of a demonstration or of the
# tests compiles 2,400 modules anew, 3 s each time.
unexport PYTHONDONTWRITEBYTECODE
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

uv := scripts/uv.sh
run := $(uv) run --no-sync --

.PHONY: help
help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: ## Install what docgen needs: system packages, uv, the environment
	@scripts/install-system.sh
	@$(uv) sync --locked --no-dev --inexact

.PHONY: setup-test
setup-test: ## Install what docgen and its tests need
	@scripts/install-system.sh --test
	@$(uv) sync --locked

.PHONY: demo
demo: setup ## Issue, sign, archive and verify two agreements (ALL_KINDS=1: one of each kind)
	@$(run) docgen demo $(if $(ALL_KINDS),--all-kinds)

.PHONY: serve
serve: setup ## Serve the signing pages and the office
	@$(run) docgen serve

.PHONY: lint
lint: setup-test ## Check format, lint, types, imports and scripts
	$(run) ruff format --check .
	$(run) ruff check .
	$(run) mypy
	$(run) lint-imports
	shellcheck scripts/*.sh .ci/run

.PHONY: check
check: lint ## Check before a commit: lint, then the quick tests (a minute or two)
	$(run) pytest -n 2 --dist loadgroup -m "not slow"

.PHONY: test
test: lint ## Check everything, as the CI does
	$(run) pytest -n 3 --dist loadgroup --no-skips

.PHONY: fix
fix: setup-test ## Mend format and what the linter can mend alone
	$(run) ruff check --fix .
	$(run) ruff format .

.PHONY: rules
rules: setup-test ## Write docs/rules.md from the tables of rules
	@$(run) python -m scripts.rules

.PHONY: guide
guide: setup-test ## Take the pictures of the guide and of the README, write its tables anew
	@$(run) python -m scripts.pictures
	@$(run) python -m scripts.guide

.PHONY: reliability
reliability: setup-test ## Write docs/reliability.md from the numbered tests (LONG=1: at full length)
	@$(run) python -m scripts.reliability $(if $(LONG),--long)

.PHONY: bench
bench: setup-test ## Measure docgen against its peers (BENCH_LONG=1: 10,000 documents)
	@$(uv) sync --locked --group bench
	$(run) python -m benchmarks

.PHONY: clean
clean: ## Remove caches and past demos; keeps var/ and the environment
	rm -rf .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist var/demo-*
	find src flows tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
