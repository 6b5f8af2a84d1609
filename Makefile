# The commands of the house; the work itself is done by config/bootstrap.py and config/serving.py.
PORT ?= 8000
BIN := .venv/bin
# A shim that stands for an absent Python is passed over, so each candidate is started once.
PYTHON := $(shell for p in python3 python3.11 python3.12; do "$$p" -c "import sys; sys.exit(sys.version_info < (3, 7))" >/dev/null 2>&1 && echo $$p && break; done)
BOOTSTRAP = @if [ -z "$(PYTHON)" ]; then echo "No Python found: install Python 3.11 or 3.12."; exit 1; fi; exec $(PYTHON) config/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help run test check install settings bench

help:
	@echo "make run [PORT=8000]   set up everything, load the demonstration content, serve it"
	@echo "make install [NAME=value …] [ADMINISTRATOR=you@example.org]"
	@echo "                       set up or update a real installation: docs/how-to/install.md"
	@echo "make settings [NAME=value …]"
	@echo "                       only packages and settings of a real installation, for a backup to be put into it"
	@echo "make test [ARGS=…]     set up everything, run all tests (ARGS go to pytest: -n 0 for one process)"
	@echo "make check             format, lint, types, contracts, templates, migrations, settings"
	@echo "make bench [ARGS=…]    measure the site beside its floors (ARGS: --sizes --databases --areas)"

run:
	$(BOOTSTRAP) run --port $(or $(PORT),8000)

# Settings that are named on the command line reach it through the environment, as make does by itself.
install:
	$(BOOTSTRAP) install --administrator "$(ADMINISTRATOR)"

settings:
	$(BOOTSTRAP) settings

# Tests start many processes: what the first one has compiled is kept for the others.
test: export PYTHONDONTWRITEBYTECODE =
test:
	$(BOOTSTRAP) browser
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 $(ARGS)

check: export DJANGO_SETTINGS_MODULE = config.settings.demo
check:
	$(BOOTSTRAP) development
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2 --check
	@$(BIN)/djhtml --tabwidth 2 --check templates
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check --fail-level WARNING
	@$(BIN)/python -m config.deployment

bench:
	$(BOOTSTRAP) development
	@$(BIN)/python -m bench $(ARGS)
