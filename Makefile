# `make chat` is all a newcomer needs; `make help` lists the rest.
# PYTHON=python3.12 makes .venv with another Python; ARGS="…" goes on to the program that is run.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help chat demo web test speech fonts browser soak check lint types imports catalogues migrations fresh \
        docs locales format bench pins clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# --- two stages of .venv: what runs the program, and what a developer needs besides ---------------

# Each stamp is written last, so one that exists stands for a whole installation.
INSTALLED_BY := pyproject.toml .ci/constraints.txt .ci/venv.sh

# One line and nothing else where Python is too old or cannot make a virtual environment.
need_python = $(eval missing := $$(shell sh .ci/python.sh '$(PYTHON)'))$(if $(missing),$(error $(missing)))

.venv/.runtime: $(INSTALLED_BY)
	$(need_python)@echo 'Preparing .venv, once; this can take a minute.' >&2
	@sh .ci/venv.sh '$(PYTHON)' .venv .
	@touch $@

.venv/.dev: .venv/.runtime $(INSTALLED_BY)
	$(need_python)@echo 'Adding the tools for tests and checks to .venv, once.' >&2
	@sh .ci/venv.sh '$(PYTHON)' .venv '.[dev]'
	@touch $@

# --- use ------------------------------------------------------------------------------------------

chat: .venv/.runtime ## start or go on with an intake in this terminal (ARGS="--lang en --quick")
	@$(BIN)/volgorde chat $(ARGS)

# The demonstration has its own database and key, and throws them away.
demo: .venv/.runtime ## play one family's story: its transcript and the proposed order
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && trap 'exit 130' INT && \
	VOLGORDE_DATABASE_URL="sqlite:///$$work/demo.db" XDG_CONFIG_HOME="$$work" \
	    $(BIN)/volgorde chat --answers tests/stories/quick-intake.yaml $(ARGS)

web: .venv/.runtime ## the console in a browser, with made-up families (ARGS="--listen 127.0.0.1:8701")
	@$(BIN)/volgorde web --demo $(ARGS)

# --- prove ----------------------------------------------------------------------------------------

test: .venv/.dev ## all tests (ARGS="-k words" for some of them)
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup $(ARGS)

speech: ## install the voice that reads questions aloud (espeak-ng, by apt; as root)
	@command -v espeak-ng >/dev/null || { apt-get update -qq && apt-get install -y -qq espeak-ng >/dev/null; }

fonts: ## install what reports are set with: Pango and the Noto fonts (by apt; as root)
	@dpkg -s fonts-noto-core libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null 2>&1 || \
	    { apt-get update -qq && apt-get install -y -qq --no-install-recommends fonts-noto-core \
	    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; }

browser: ## install the browser that the tests of the console drive (chromium, by apt; as root)
	@command -v chromium >/dev/null || \
	    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

soak: .venv/.dev ## kill the bot (under load) and the terminal 200 times each (minutes)
	@VOLGORDE_KILLS=200 $(BIN)/python -m pytest -q -n 2 tests/telegram_api/test_kill.py tests/bot/test_kill.py

check: lint types imports catalogues migrations fresh ## lint, types, imports, catalogues, migrations, documents

lint: .venv/.dev
	@echo 'check: lint and format'
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .

types: .venv/.dev
	@echo 'check: types'
	@$(BIN)/mypy

imports: .venv/.dev
	@echo 'check: imports run one way'
	@$(BIN)/lint-imports

catalogues: .venv/.dev
	@echo 'check: questions, rules and catalogues'
	@$(BIN)/volgorde check

migrations: .venv/.dev
	@echo 'check: migrations'
	@$(BIN)/python -m pytest -q tests/storage -k migrat

fresh: .venv/.dev
	@echo 'check: generated documents are up to date'
	@$(BIN)/python -m bot.docs --check

bench: .venv/.dev ## the load and latency figures
	@set -e; for figure in benchmarks/*.py; do \
	    if [ -e "$$figure" ]; then echo "bench: $$figure"; $(BIN)/python "$$figure" $(ARGS); \
	    else echo 'bench: there are no benchmarks yet'; fi; \
	done

# --- keep -----------------------------------------------------------------------------------------

docs: .venv/.dev ## write the generated documents again
	@$(BIN)/python -m bot.docs

locales: .venv/.dev ## bring the catalogues in step with the messages
	@$(BIN)/python -m bot.catalogue_keys

format: .venv/.dev ## put the code in the house's form
	@$(BIN)/ruff check -q --fix-only .
	@$(BIN)/ruff format -q .

pins: ## write .ci/constraints.txt again (ARGS=--upgrade for the newest of everything)
	$(need_python)@sh .ci/pins.sh '$(PYTHON)' $(ARGS)

clean: ## remove .venv and every cache; answers and keys are kept elsewhere and stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	@find . -path ./.git -prune -o -name __pycache__ -prune -exec rm -rf {} +
