# make demo  - the main job on a real case
# make serve - the workbench in the browser
# make test  - every test
# make help  - the rest

PYTHON ?= python3
VENV   ?= .venv
CASE   ?= ukraine-2025
REPORT ?= report/$(basename $(notdir $(CASE))).html

BIN       := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOP   := $(VENV)/.installed-dev
PIP       := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help demo serve test check format lint types imports docs fuzz bench peers clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## analyse the Ukraine case and write its report
	@mkdir -p $(dir $(REPORT))
	@$(BIN)/detente analyse $(CASE) --executor processes -o $(REPORT)
	@printf '\nThe report is in %s. Open it in any browser; it needs no network.\n' '$(abspath $(REPORT))'

serve: $(INSTALLED) ## start the workbench in the browser; Ctrl+C ends it
	@$(BIN)/detente serve $(SERVE)

test: $(DEVELOP) ## run every test
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: lint types imports docs ## format, lint, types, import direction, docs that run

lint: $(DEVELOP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(DEVELOP)
	@$(BIN)/mypy

imports: $(DEVELOP)
	@$(BIN)/python -m pytest --quiet tests/test_architecture.py

docs: $(DEVELOP)
	@$(BIN)/python -m pytest --quiet tests/test_docs.py

format: $(DEVELOP) ## put the code into its standard form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

fuzz: $(DEVELOP) ## throw malformed input at the reader, for ten minutes
	@$(BIN)/python -m tests.campaigns.fuzz

bench: $(DEVELOP) ## measure the engine and write the results pages of the docs
	@$(BIN)/python -m benchmarks $(if $(BESIDE),--beside '$(BESIDE)')
	@$(BIN)/python -m benchmarks.uncertainty
	@$(BIN)/python -m benchmarks.agendas
	@$(BIN)/python -m benchmarks.roadmaps
	@$(BIN)/python -m benchmarks.stability
	@$(BIN)/python -m benchmarks.standing
	@$(BIN)/python -m benchmarks.web_composer

peers: $(DEVELOP) ## compare with other tools, which get an environment of their own
	@$(BIN)/python -m benchmarks.peers $(if $(PEERS),--venv '$(PEERS)')

clean: ## remove everything that make has made
	rm -rf $(VENV) build dist report .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  printf 'Detente needs Python 3.11 or newer, and "%s" is not that.\n' '$(PYTHON)'; \
	  printf 'Name another one like this: make PYTHON=python3.12 demo\n'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  printf 'This Python cannot make virtual environments.\n'; \
	  printf 'On Debian and Ubuntu, "apt install python3-venv" mends that.\n'; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(BIN)/python
	@printf 'Installing Detente into %s, which may take a minute\n' '$(VENV)'
	@$(PIP) install --editable '.[web,export]'
	@touch $@

$(DEVELOP): pyproject.toml | $(BIN)/python
	@printf 'Installing Detente and what its tests need into %s, which may take a minute\n' '$(VENV)'
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(INSTALLED)
