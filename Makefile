# Needs GNU Make 3.81 and Python 3.11 or newer, on Linux or macOS; the rest is installed into .venv.
# STACK=staging narrows a target to one stack.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

STACK ?=
LOCK := requirements-dev.lock
PY := .venv/bin/python

export STACK
export PYTHONPATH := $(CURDIR)/platform:$(CURDIR)
# Bytecode is kept even where the environment says otherwise: pulumi_aws is large, and compiling what a
# rehearsal imports of it takes longer than the rehearsal.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## this list
	@echo 'make TARGET [STACK=staging]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Nothing to do while .venv holds what the lock names: a comparison of two files.
.PHONY: venv
venv:
	@{ [ -x $(PY) ] && cmp -s $(LOCK) .venv/.installed; } || ./tools/venv.sh

.PHONY: rehearse
rehearse: venv ## run the whole program without a cloud, every stack or STACK; see build/<stack>/report.html
	@$(PY) -m oneup.rehearsal $(STACK)

.PHONY: bench
bench: venv ## what a rehearsal costs: ratios against the SDK alone, and memory
	@$(PY) -m tests.bench

.PHONY: tools
tools: venv ## build the Go tools that the tests run into a cache; TOOLS="helm kustomize" for some
	@$(PY) tools/build.py $(TOOLS)

.PHONY: charts
charts: venv ## fetch the values, schemas and kinds of every chart, and published IAM policies, for the tests
	@$(PY) tools/build.py helm
	@$(PY) tools/charts.py

.PHONY: pictures
pictures: venv ## regenerate the README's diagram
	@$(PY) -m oneup.rehearsal production
	@mkdir -p docs/pictures && cp build/production/picture.svg docs/pictures/production.svg

.PHONY: test-apps
test-apps: ## run the shop on loopback: MariaDB, Redis, services, browser; prints its latency under load
	@./apps/shop/test.sh

.PHONY: cluster-test
cluster-test: rehearse ## prove the plans and apps/ by a real API server and Argo CD (or on KUBE_CONTEXT=kind-...)
	@$(PY) -m tests.cluster.run

.PHONY: test-aws
test-aws: venv ## make, change and destroy the plans on AWS's API, as moto has it
	@$(PY) -m pytest -n 2 tests/aws

.PHONY: up-test
up-test: rehearse ## run the real engine and Kubernetes provider on a control plane of its own
	@$(PY) -m tests.up.run

.PHONY: test-alerts
test-alerts: venv ## try every alert by promtool, and every route by amtool
	@./tools/promtool.sh
	@$(PY) tools/build.py amtool
	@$(PY) -m pytest -n 2 tests/alerts

.PHONY: test-pods
test-pods: venv ## judge good and bad pods, the stacks' and those of apps/, by Kyverno's command
	@$(PY) tools/build.py kyverno kustomize
	@$(PY) -m pytest -n 0 tests/pods

# ONEUP_CHART_SOURCES names a folder of charts to render instead of those of the repositories.
.PHONY: render
render: venv ## render the real charts of every release with helm; check objects, footprints, owners and pods
	@$(PY) tools/build.py helm kubeconform kustomize kyverno
	@[ -n "$$ONEUP_CHARTS" ] || $(PY) tools/charts.py
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup tests/render

.PHONY: test-reach
test-reach: venv ## prove by cyclonus that exactly those reach one another who are declared to
	@$(PY) tools/build.py cyclonus kustomize
	@$(PY) -m pytest -n 2 tests/reach

.PHONY: test
test: venv ## the test suite: Python and whatever is fast
	@$(PY) -m pytest

# Asks for all that the command needs first; ARGS reach Pulumi (ARGS=--diff, ARGS=--yes). On a small
# machine the engine's own default is eight steps at a time, and most of a bring-up is waiting.
PARALLEL ?= 32
define pulumi
@$(PY) -m oneup.preflight $@ "$(STACK)"
@pulumi $@ --stack "$(STACK)" --parallel $(PARALLEL) $(RULES) $(ARGS)
endef

.PHONY: preview up destroy resume
# The rules of a rehearsal once more, now asked by the engine, which knows what is there already.
preview: RULES := --policy-pack policy-pack
preview: venv ## what an up of STACK would change, by the real Pulumi CLI
	$(pulumi)
up: venv ## bring STACK up, or to its present settings
	$(pulumi)
destroy: venv ## take STACK down
	$(pulumi)
resume: venv ## after a command on STACK that was cut off: have the state know what there is
	@$(PY) -m oneup.resume "$(STACK)"

.PHONY: local local-preview local-down
local: venv ## the stack `local` on kind, from nothing to healthy Applications; needs Docker
	@$(PY) tools/local.py up
local-preview: venv ## fails where `make local` would change anything
	@$(PY) tools/local.py preview
local-down: venv ## destroy the stack `local`, say what it leaves, and delete its cluster
	@$(PY) tools/local.py down

.PHONY: docs
docs: venv ## renew what is made from the settings and addons: references, and the schema of stack files
	@$(PY) -m oneup.docs.settings
	@$(PY) -m oneup.docs.addons

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

COMPILE = $$(./tools/venv.sh --print-uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --custom-compile-command 'make lock'

.PHONY: lock
lock: ## renew the locks from pyproject.toml; UPGRADE=1 raises what pyproject.toml does not pin
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --extra dev pyproject.toml --output-file $(LOCK)
	@$(COMPILE) --upgrade --constraint $(LOCK) pyproject.toml --output-file requirements.lock
	@$(COMPILE) --group bootstrap --output-file requirements-uv.lock
	@./apps/shop/lock.sh
