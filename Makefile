# The two commands: `make demo` and `make test`. Everything they need is set up on the way.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
SETUP := $(PYTHON) scripts/setup_venv.py $(VENV)
# More than this get in the way of the timed tests.
WORKERS := -n auto --maxprocesses 4

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test faults check bench simulate run sandbox lock format clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## open the whole bot in a browser tab, without any account
	@$(SETUP) demo
	@$(RUN) -m sandbox.demo $(ARGS)

demo-reset: ## forget what the demo kept
	@rm -rf demo-data
	@echo "The demo starts afresh next time."

# The floor of coverage is for all tests together.
test: ## set up and run every test
	@$(SETUP) dev
	@$(RUN) -m coverage erase
	@$(RUN) -m coverage run -m pytest $(WORKERS) --dist loadfile $(ARGS)
	@$(RUN) -m coverage combine --quiet
	@$(RUN) -m coverage report --skip-covered --skip-empty \
		$(if $(ARGS),--fail-under=0)

faults: ## kill the bot in each phase of an upload, a hundred times each (half an hour)
	@$(SETUP) dev
	@$(RUN) -m pytest tests/faults/test_kill.py $(WORKERS) --seeds 100 \
		--first-seed $$(date +%j)000 $(ARGS)

check: ## format, lint, types, container files
	@$(SETUP) dev
	@scripts/check.sh

bench: ## measure the client against what people use today; writes docs/benchmarks.md
	@$(SETUP) dev
	@$(RUN) -m bench $(ARGS)
	@$(RUN) -m bench.limiter

simulate: ## let days of traffic pass in seconds; writes docs/capacity.md
	@$(SETUP) dev
	@$(RUN) -m simulation $(or $(ARGS),--write docs/capacity.md)

run: ## run the bot for real, from .env
	@$(SETUP) run
	@$(RUN) -m bot run

sandbox: ## run the stand-in Imgur alone
	@$(SETUP) demo
	@$(RUN) -m sandbox $(ARGS)

lock: ## write the lock files anew from pyproject.toml
	@$(SETUP) dev
	@scripts/lock.sh

format: ## format the code
	@$(SETUP) dev
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .

clean: ## remove what can be made again
	@rm -rf $(VENV) .venv-bench .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
