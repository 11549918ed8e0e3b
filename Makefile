# Needs GNU Make 3.81 and Python 3.11 or newer, on Linux or macOS; the rest is installed into .venv.
# The targets for users call the command `oneup`, which has a help of its own: .venv/bin/oneup --help.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

STACK ?=
LOCK := requirements-dev.lock
PY := .venv/bin/python
ONEUP := $(PY) -m oneup

export STACK
export PYTHONPATH := $(CURDIR)/platform:$(CURDIR)
# Bytecode is kept even where the environment says otherwise: pulumi_aws is large, and compiling what a
# rehearsal imports of it takes longer than the rehearsal.
unexport PYTHONDONTWRITEBYTECODE

# What `make help` shows: `##@` begins a group, `##` describes a target and names its variables in brackets,
# `##=` describes a variable.
##= STACK=staging     one stack; without it rehearse takes all
##= ARGS=--yes        options for Pulumi, such as --yes, --diff, --refresh
##= PARALLEL=8        how many resources Pulumi works on at a time
##= TOOLS="helm"      some tools; without it all
##= UPGRADE=1         raise what pyproject.toml does not pin
##= PYTHON=python3.12 the Python that .venv is made with

.PHONY: help
help:
	@echo 'make TARGET [VARIABLE=value ...]'
	@awk -F ' ## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.* ## / { split($$1, name, ":"); printf "  %-14s %s\n", name[1], $$2 } \
		/^##= / { variables = variables "\n  " substr($$0, 5) } \
		END { print "\nVariables, [in brackets] behind the targets that take them" variables }' $(MAKEFILE_LIST)

# Nothing to do while .venv holds the command and what the lock names: a comparison of two files.
.PHONY: venv
venv:
	@{ [ -x $(PY) ] && [ -x .venv/bin/oneup ] && cmp -s $(LOCK) .venv/.installed; } || ./tools/venv.sh

##@ Start (no account needed)

.PHONY: rehearse
rehearse: venv ## run the whole program without a cloud; see build/<stack>/report.html [STACK]
	@$(ONEUP) rehearse $(STACK)

.PHONY: local local-preview local-down
local: venv ## the stack `local` on kind, from nothing to healthy Applications; needs Docker
	@$(PY) tools/local.py up
local-preview: venv ## fails where `make local` would change anything
	@$(PY) tools/local.py preview
local-down: venv ## destroy the stack `local`, say what it leaves, and delete its cluster
	@$(PY) tools/local.py down

##@ Change a stack (preflight first: whether everything that the command needs is there)

.PHONY: up destroy resume preview
define deploy
@$(ONEUP) $@ "$(STACK)" $(if $(PARALLEL),--parallel $(PARALLEL)) -- $(ARGS)
endef

up: venv ## bring the stack up, or to its present settings [STACK ARGS PARALLEL]
	$(deploy)
destroy: venv ## take the stack down [STACK ARGS PARALLEL]
	$(deploy)
resume: venv ## after a command that was cut off: have the state know what there is [STACK]
	@$(ONEUP) resume "$(STACK)"

##@ Look before you change

preview: venv ## what an up would change, by the real Pulumi CLI [STACK ARGS PARALLEL]
	$(deploy)

##@ Work on oneup itself

.PHONY: test
test: venv ## the test suite: Python and whatever is fast
	@$(PY) -m pytest

.PHONY: check
check: check-lint check-format check-types check-imports check-workflows check-secrets ## lint, types, import contract, workflows, secrets

.PHONY: check-lint check-format check-types check-imports check-workflows check-secrets
check-lint: venv
	@$(PY) -m ruff check --quiet .
check-format: venv
	@$(PY) -m ruff format --check --quiet .
check-types: venv
	@$(PY) -m basedpyright
check-imports: venv
	@.venv/bin/lint-imports --no-cache
check-workflows: venv
	@$(PY) tools/build.py actionlint
	@build/tools/actionlint
	@.venv/bin/zizmor --offline --quiet .github
check-secrets: venv
	@$(PY) tools/build.py gitleaks
	@build/tools/gitleaks git --no-banner --log-level warn --redact .

.PHONY: docs
docs: venv ## renew the generated documentation, and the schema of stack files
	@$(ONEUP) docs

.PHONY: charts
charts: venv ## fetch the values, schemas and kinds of every chart, and published IAM policies, for the tests
	@$(PY) tools/build.py helm
	@$(PY) tools/charts.py

.PHONY: tools
tools: venv ## build the Go tools that the tests run into a cache [TOOLS]
	@$(PY) tools/build.py $(TOOLS)

.PHONY: test-alerts
test-alerts: venv ## try every alert by promtool, and every route by amtool
	@./tools/promtool.sh
	@$(PY) tools/build.py amtool
	@$(PY) -m pytest -n 2 tests/alerts

.PHONY: test-pods
test-pods: venv ## judge good and bad pods, the stacks' and those of apps/, by Kyverno's command
	@$(PY) tools/build.py kyverno kustomize
	@$(PY) -m pytest -n 0 tests/pods

.PHONY: test-reach
test-reach: venv ## prove by cyclonus that exactly those reach one another who are declared to
	@$(PY) tools/build.py cyclonus kustomize
	@$(PY) -m pytest -n 2 tests/reach

.PHONY: test-apps
test-apps: ## run the shop on loopback: MariaDB, Redis, services, browser; prints its latency under load
	@./apps/shop/test.sh

.PHONY: test-aws
test-aws: venv ## make, change and destroy the plans on AWS's API, as moto has it
	@$(PY) -m pytest -n 2 tests/aws

.PHONY: cluster-test
cluster-test: rehearse ## prove the plans and apps/ by a real API server and Argo CD (or on KUBE_CONTEXT=kind-...)
	@$(PY) -m tests.cluster.run

.PHONY: up-test
up-test: rehearse ## run the real engine and Kubernetes provider on a control plane of its own
	@$(PY) -m tests.up.run

# ONEUP_CHART_SOURCES names a folder of charts to render instead of those of the repositories.
.PHONY: render
render: venv ## render the real charts of every release with helm; check objects, footprints, owners and pods
	@$(PY) tools/build.py helm kubeconform kustomize kyverno
	@[ -n "$$ONEUP_CHARTS" ] || $(PY) tools/charts.py
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup tests/render

.PHONY: bench
bench: venv ## what a rehearsal costs: ratios against the SDK alone, and memory
	@$(PY) -m tests.bench

.PHONY: pictures
pictures: venv ## regenerate the README's diagram
	@$(ONEUP) rehearse production
	@mkdir -p docs/pictures && cp build/production/picture.svg docs/pictures/production.svg

COMPILE = $$(./tools/venv.sh --print-uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --custom-compile-command 'make lock'

.PHONY: lock
lock: ## renew the locks from pyproject.toml [UPGRADE]
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev pyproject.toml --output-file $(LOCK)
	@$(COMPILE) --upgrade --constraint $(LOCK) pyproject.toml --output-file requirements.lock
	@$(COMPILE) --group bootstrap --output-file requirements-uv.lock
	@./apps/shop/lock.sh
