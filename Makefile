# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo test lint types wheel-check manual site bench clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

# The environment is made once; dependencies are installed again only when pyproject.toml changes.
$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one by PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

demo: $(STAMP) ## the main job on a shipped kernel for two cores, and the talk's table beside it
	$(BIN)/cyclesim estimate u8gemm_6x4.s --uarch a53
	@echo
	$(BIN)/cyclesim estimate u8gemm_6x4.s armv7/u8gemm_6x4-a53.s armv7/u8gemm_6x4-a7.s --uarch a53,a7
	@echo
	$(BIN)/cyclesim reproduce talk

test: $(STAMP) ## all tests
	$(BIN)/python -m pytest

lint: $(STAMP) ## ruff: rules and format
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(STAMP) ## mypy, strict
	$(BIN)/python -m mypy

wheel-check: $(STAMP) ## build the wheel, install it alone, run the main job outside the checkout
	$(BIN)/python -m pytest tests/unit/test_wheel.py

manual: $(STAMP) ## the manual page and the completion files, from the parsers
	$(BIN)/python -m cyclesim.cli.manual docs/shell

site: $(STAMP) ## the documents as pages, in build/site; the reference of the tables is made from them
	$(BIN)/python -m docs.site build/site

bench: $(STAMP) ## times and memory: medians, against peers in the same run
	$(BIN)/python benchmarks/run.py

clean: ## remove what the targets above made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
