# Every target is a line that calls the press; `make help` lists them.
# Without make: set PYTHONPATH=src and run the lines by hand.

PYTHON ?= python3
export PYTHONPATH := src
VENV = .venv/$(if $(filter Windows_NT,$(OS)),Scripts/python.exe,bin/python)

.PHONY: help book pdf translations live strict test noise lock power bench newest plain \
	links binder clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

book:  ## set up the environment, build the book, say where to open it
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild build

pdf:  ## the same, and print a PDF of each edition (needs a Chromium)
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild build --pdf

translations:  ## bring the catalogues in locale/ up to date with the pages
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild translations

live:  ## the same set-up, then serve the book to this machine, and build it at each save
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild live $(if $(PORT),--port $(PORT))

strict:  ## the same, where a warning or a claim that does not hold stops the build
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild build --strict $(foreach file,$(BESIDE),--beside $(file)) \
		$(if $(PDF),--pdf)

test:  ## the same set-up, then everything that CI checks
	@$(PYTHON) -m bookbuild setup --tests
	@$(VENV) -m bookbuild check

bench:  ## measure what the design sets budgets for (half an hour, idle machine)
	@$(PYTHON) -m bookbuild setup --tests
	@$(VENV) -m bookbuild bench

noise:  ## see whether claims fail because the machine is busy (an hour)
	@$(PYTHON) -m bookbuild setup --tests
	@$(VENV) -m bookbuild noise

power:  ## simulate how often a verdict on a ratio would be wrong (a minute or two)
	@$(PYTHON) -m bookbuild setup --tests
	@$(VENV) -m bookbuild power

lock:  ## compile both requirements.txt from pyproject.toml (needs uv)
	@$(PYTHON) -m bookbuild lock

newest:  ## build a copy with the newest packages that pyproject.toml permits
	@$(PYTHON) -m bookbuild newest

plain:  ## build a copy with the newest Sphinx, without Jupyter Book
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild plain

links:  ## try every address outside of the book that it links to
	@$(PYTHON) -m bookbuild setup
	@$(VENV) -m bookbuild links

binder:  ## open each chapter as Binder would, in a Chromium, and run its cells
	@$(PYTHON) -m bookbuild setup --tests
	@$(VENV) -m bookbuild binder

clean:  ## remove all that is built; the environment stays
	@rm -rf _build
