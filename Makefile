# Two environments: .venv holds the light runtime, .venv-dev what training and the tests need besides.
# Every package version comes from constraints.txt; torch's is the CPU build wherever one is offered.

PYTHON ?= python3
LIGHT  := .venv
DEV    := .venv-dev
PIP    := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help label test test-slow reproduce lint types clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

label: $(LIGHT)/.ready ## label data/articles with the embedded model, offline, into out/
	$(LIGHT)/bin/zawiya infer data/articles --out out --overwrite

test: $(DEV)/.ready ## the tests, in a few minutes
	$(DEV)/bin/python -m pytest

test-slow: $(DEV)/.ready ## every test, the slow ones whole
	$(DEV)/bin/python -m pytest -m "slow or not slow"

reproduce: $(DEV)/.ready ## the published tables once more, from the data on; up to an hour, goes on where it was stopped
	BIN=$(DEV)/bin benchmarks/reproduce.sh

lint: $(DEV)/.ready ## style, by ruff
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .

types: $(DEV)/.ready ## types, by mypy
	$(DEV)/bin/mypy

clean: ## remove what was made
	rm -rf $(LIGHT) $(DEV) build dist out runs *.egg-info

# The stamp is written last, so its being there means that everything before it went well.
$(LIGHT)/.ready: pyproject.toml constraints.txt
	@echo "installing into $(LIGHT): a minute or two"
	@$(PYTHON) -m venv $(LIGHT)
	@$(LIGHT)/bin/python $(PIP) --editable .
	@du -sm $(LIGHT) | awk '{print "installed: " $$1 " MB"}'
	@touch $@

$(DEV)/.ready: pyproject.toml constraints.txt
	@echo "installing into $(DEV): some minutes"
	@$(PYTHON) -m venv $(DEV)
	@$(DEV)/bin/python $(PIP) --editable '.[train,tracking,ray,report,annotate,dev]'
	@touch $@
