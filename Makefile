# Every target is a command of `bookbuild`; `make help` lists them. Without make, run
# the lines by hand: python3 src/bookbuild setup, then .venv/bin/python -m bookbuild …

PYTHON ?= python3
VENV = .venv/$(if $(filter Windows_NT,$(OS)),Scripts/python.exe,bin/python)

.PHONY: help book pdf translations live strict test weekly noise lock error-rates \
	bench newest plain links binder clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

book:  ## set up the environment, build the book, say where to open it
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild build

pdf:  ## the same, and print a PDF of each edition (needs a Chromium)
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild build --pdf

translations:  ## bring the catalogues in locale/ up to date with the pages
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild translations

live:  ## the same set-up, then serve the book to this machine, and build it at each save
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild live $(if $(PORT),--port $(PORT))

strict:  ## the same, where a warning or a claim that does not hold stops the build
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild build --strict $(foreach file,$(CLAIMS_FROM),--claims-from $(file)) \
		$(if $(PDF),--pdf)

test:  ## the same set-up, then everything that CI checks
	@$(PYTHON) src/bookbuild setup --tests
	@$(VENV) -m bookbuild check

weekly:  ## the same set-up, then the tests that no change waits for
	@$(PYTHON) src/bookbuild setup --tests
	@$(VENV) -m bookbuild check --weekly

bench:  ## measure what the design sets budgets for (half an hour, idle machine)
	@$(PYTHON) src/bookbuild setup --tests
	@$(VENV) -m bookbuild bench

noise:  ## see whether claims fail because the machine is busy (an hour)
	@$(PYTHON) src/bookbuild setup --tests
	@$(VENV) -m bookbuild noise

error-rates:  ## simulate how often a verdict on a ratio would be wrong (a minute or two)
	@$(PYTHON) src/bookbuild setup --tests
	@$(VENV) -m bookbuild error-rates

lock:  ## compile both requirements.txt from pyproject.toml (needs uv)
	@$(PYTHON) src/bookbuild lock

newest:  ## build a copy with the newest packages that pyproject.toml permits
	@$(PYTHON) src/bookbuild newest

plain:  ## build a copy with the newest Sphinx, without Jupyter Book
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild plain

links:  ## try every address outside of the book that it links to
	@$(PYTHON) src/bookbuild setup
	@$(VENV) -m bookbuild links

binder:  ## open each chapter as Binder would, in a Chromium, and run its cells
	@$(PYTHON) src/bookbuild setup --tests
	@$(VENV) -m bookbuild binder

clean:  ## remove all that is built; the environment stays
	@rm -rf _build
