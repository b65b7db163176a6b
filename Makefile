# Two commands do everything on a fresh machine: `make book` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: env book quick pdf archive test bench serve lint fix lock clean

env: $(READY)

# The environment is made again when the lock changes.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'dataworth needs Python 3.11 or newer; set PYTHON=…')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(READY)

book: env        ## run every stale chapter and build the HTML book
	$(BIN)/dataworth build

quick: env       ## the same with the quick profile
	$(BIN)/dataworth build --profile quick

pdf: book        ## the whole book as one PDF; needs Chromium or Chrome
	$(BIN)/dataworth pdf

archive: book    ## pages, notebooks, data and library in one ZIP file that is read offline
	$(BIN)/python -m zipfile -c _build/what-is-data-worth.zip _build/html $(wildcard _build/*.pdf) \
	  book chapters data lib $(wildcard *.md *.cff *.toml) _config.yml LICENSE Makefile requirements.lock

test: lint       ## lint, then every test, on two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: env       ## ratios within one run, kept for the status page
	$(BIN)/python -m tests.benchmarks

serve: env       ## open the built book on the loopback address, with forms to rerun it
	$(BIN)/dataworth serve

lint: env        ## what a commit must pass: format, rules, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

fix: env         ## format and mend library, tests and notebooks
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --keep-id chapters/*/*.ipynb

# torch stands alone: what its builds for graphics cards need is not for us to pin.
lock:            ## resolve pyproject.toml into requirements.lock (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-header --no-annotate --quiet $(UV_FLAGS) -o requirements.lock
	sed -i -E '/^(nvidia-|cuda-|triton|torch=)/d' requirements.lock
	sed -n 's/.*"\(torch==[^"]*\)".*/\1/p' pyproject.toml >> requirements.lock

clean:
	rm -rf build _build
