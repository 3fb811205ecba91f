"""From sources to site: check, run Sphinx, assemble, swap."""
