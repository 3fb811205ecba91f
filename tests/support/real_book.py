"""The real book: which of its pages have cells."""

from sphinx_external_toc.parsing import parse_toc_yaml

from tiny_book import HERE

PAGES = list(parse_toc_yaml(HERE / "_toc.yml"))
CHAPTERS = [
    page for page in PAGES if "{code-cell}" in (HERE / f"{page}.md").read_text("utf8")
]
