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
	@$(PYTHON) -m press setup
	@$(VENV) -m press build

pdf:  ## the same, and print a PDF of each edition (needs a Chromium)
	@$(PYTHON) -m press setup
	@$(VENV) -m press build --pdf

translations:  ## bring the catalogues in locale/ up to date with the pages
	@$(PYTHON) -m press setup
	@$(VENV) -m press translations

live:  ## the same set-up, then serve the book to this machine, and build it at each save
	@$(PYTHON) -m press setup
	@$(VENV) -m press live $(if $(PORT),--port $(PORT))

strict:  ## the same, where a warning or a claim that does not hold stops the build
	@$(PYTHON) -m press setup
	@$(VENV) -m press build --strict $(foreach file,$(BESIDE),--beside $(file)) \
		$(if $(PDF),--pdf)

test:  ## the same set-up, then everything that CI checks
	@$(PYTHON) -m press setup --tests
	@$(VENV) -m press check

bench:  ## measure what the design sets budgets for (half an hour, idle machine)
	@$(PYTHON) -m press setup --tests
	@$(VENV) -m press bench

noise:  ## see whether claims fail because the machine is busy (an hour)
	@$(PYTHON) -m press setup --tests
	@$(VENV) -m press noise

power:  ## simulate how often a verdict on a ratio would be wrong (a minute or two)
	@$(PYTHON) -m press setup --tests
	@$(VENV) -m press power

lock:  ## compile both requirements.txt from pyproject.toml (needs uv)
	@$(PYTHON) -m press lock

newest:  ## build a copy with the newest packages that pyproject.toml permits
	@$(PYTHON) -m press newest

plain:  ## build a copy with the newest Sphinx, without Jupyter Book
	@$(PYTHON) -m press setup
	@$(VENV) -m press plain

links:  ## try every address outside of the book that it links to
	@$(PYTHON) -m press setup
	@$(VENV) -m press links

binder:  ## open each chapter as Binder would, in a Chromium, and run its cells
	@$(PYTHON) -m press setup --tests
	@$(VENV) -m press binder

clean:  ## remove all that is built; the environment stays
	@rm -rf _build
