# Everything from a fresh clone, with Python 3.11 or newer and make. `make` alone lists what there is.

PYTHON ?= python3
ARGS ?=
LUCERO := .venv/bin/python -m flask --app wsgi
TOOL := .venv/bin/python -m
INSTALL := .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes

# Each is touched when its packages are in place, so the environment changes only when a pin does.
RUNS := .venv/.runs
DEVELOPS := .venv/.develops

.PHONY: help run chat test check fmt bench storm catalogs pins

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: $(RUNS) ## the whole service on this machine; EXAMPLE=no without the example data, PORT=8001 elsewhere
	@exec $(LUCERO) serve

chat: $(RUNS) ## a phone in the terminal; FROM=+14135550142 for another family
	@exec $(LUCERO) chat $(if $(FROM),--from "$(FROM)")

test: $(DEVELOPS) ## the whole suite, on SQLite and on the PostgreSQL and Redis it brings; ARGS="-k roster" for a part
	@$(TOOL) pytest $(ARGS)

check: $(DEVELOPS) ## what a reviewer would ask: format, lint, types, catalogs, migrations, dead code
	$(TOOL) ruff format --check .
	$(TOOL) ruff check .
	$(TOOL) mypy
	$(TOOL) locales.catalogs check
	$(TOOL) pytest -n0 -q tests/models/test_migrations.py
	$(TOOL) vulture $(wildcard settings.py logs.py wsgi.py models locales bot notifications web demo)

fmt: $(DEVELOPS) ## format, and mend what can be mended by itself
	$(TOOL) ruff format .
	$(TOOL) ruff check --fix .

bench: $(DEVELOPS) ## the benchmarks of docs/benchmarks.md, as ratios
	$(TOOL) tests.bench

storm: $(DEVELOPS) ## ten thousand messages through a network with every fault, workers killed; ARGS="--rate 100"
	@$(TOOL) tests.processes.storm $(ARGS)

catalogs: $(DEVELOPS) ## take new sentences from the code into every catalog
	$(TOOL) locales.catalogs update
	$(TOOL) locales.catalogs status

pins: $(DEVELOPS) ## compile requirements*.in into pins with hashes; ARGS="-P flask" takes flask's newest
	$(TOOL) uv pip compile $(PIN) requirements.in --output-file requirements.txt
	$(TOOL) uv pip compile $(PIN) requirements-dev.in --output-file requirements-dev.txt

PIN = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make pins" $(ARGS)

.venv/.made:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then \
			$$python -m venv .venv && touch $@ && exit 0; \
			echo "The virtual environment could not be made; on Debian and Ubuntu: apt install python3-venv" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "Lucero needs Python 3.11 or newer; if it is there under another name: make PYTHON=/path/to/it" >&2; \
	exit 1

$(RUNS): requirements.txt | .venv/.made
	@echo "Installing what Lucero runs on ..."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEVELOPS): requirements-dev.txt | .venv/.made
	@echo "Installing what it takes to test and change Lucero ..."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
