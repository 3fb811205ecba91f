"""Lead readers of a renamed page to its new address.

A writer names both files in `_config.yml`, under `sphinx: config:`:

    rediraffe_redirects:
      book/old.md: book/new.md
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bookbuild.project.book import Book

SETTING = "rediraffe_redirects"  # and its form: those of sphinxext-rediraffe
HERE = f"_config.yml: {SETTING}"
FILE = re.compile(r"[\w-]+(/[\w-]+)*\.md")
ALWAYS = ("index", "search", "genindex")  # pages of every book


def redirects(book: Book) -> dict[str, str]:
    """Map the name of each page that was renamed to the page it leads to."""
    configured = dict(book.config.get(SETTING, {}))
    if book.cover != "index":
        configured["index.md"] = f"{book.cover}.md"  # an edition's own address
    return {_page(old): _page(_end(old, configured)) for old in configured}


def faults(configured: Any, pages: Sequence[str]) -> list[str]:
    """List what is wrong with the setting, in a book of these pages."""
    if not isinstance(configured, Mapping):
        return [f"{HERE}: write pairs of files, such as book/old.md: book/new.md"]
    found = ((old, _fault(old, configured, pages)) for old in configured)
    return [f"{HERE}: {old}: {fault}" for old, fault in found if fault]


def _fault(old: Any, configured: Mapping[Any, Any], pages: Sequence[str]) -> str:
    if not FILE.fullmatch(str(old)):
        return "this can't have been a page; write its file, such as book/old.md"
    if _page(old) in (*pages, *ALWAYS):
        return "this page exists, so it can't be a redirect; remove this entry"
    end = _end(old, configured)
    if end in configured:
        return f"it leads back to {end}; redirect it to a page of _toc.yml"
    if not FILE.fullmatch(end) or _page(end) not in pages:
        return f"its target {end} doesn't exist; redirect it to a page of _toc.yml"
    return ""


def _page(file: str) -> str:
    return file.removesuffix(".md")


def _end(old: str, configured: Mapping[str, str]) -> str:
    """Follow the redirects of `old`, to a page unless they form a circle."""
    to = old
    for _ in configured:
        to = configured.get(to, to)
    return str(to)
