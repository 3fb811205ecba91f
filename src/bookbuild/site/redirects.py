"""Lead readers of a renamed page to its new address, with sphinxext-rediraffe.

A writer names both files in `_config.yml`, under `sphinx: config:`:

    rediraffe_redirects:
      book/old.md: book/new.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinxext.rediraffe import REDIRECT_JSON_NAME, build_redirects

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import book_of
from bookbuild.project.editions import Edition
from bookbuild.site.assemble import render

SETTING = "rediraffe_redirects"
HERE = f"_config.yml: {SETTING}"
FILE = re.compile(r"[\w-]+(/[\w-]+)*\.md")
ALWAYS = ("index", "search", "genindex")  # pages of every book
TO, PAGE = "{{ rel_url }}", "{{ to_url.as_posix() }}"  # which the extension fills in


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
    """Follow the redirects of `old` to their end, or once around their circle."""
    seen, to = {old}, configured[old]
    while to in configured and to not in seen:
        seen.add(to)
        to = configured[to]
    return str(to)


def _prepare(app: Sphinx) -> None:
    """Remove the last build's redirects, and configure those of this edition."""
    if app.builder.format != "html":
        return
    book, edition, made = book_of(app), Edition(app.config.language), Path(app.outdir)
    record = made / REDIRECT_JSON_NAME
    if record.exists():
        for old in json.loads(record.read_text("utf8")):
            (made / f"{_page(old)}.html").unlink(missing_ok=True)
        record.unlink()
    redirects = dict(app.config[SETTING])
    if book.cover != "index":
        redirects["index.md"] = f"{book.cover}.md"  # an edition's own address
        (made / "index.html").unlink(missing_ok=True)  # if it isn't in the record
    text = render(
        "redirect.html",
        edition=edition,
        _=partial(translated, book, edition),
        to=TO,
        page=PAGE,
        address=edition.address(book.address, PAGE),
    )
    template = Path(app.doctreedir) / "redirect.html"
    template.parent.mkdir(exist_ok=True)
    template.write_text(text, encoding="utf8")
    app.config[SETTING] = redirects
    app.config["rediraffe_template"] = str(template)


def setup(app: Sphinx) -> None:
    app.add_config_value(SETTING, {}, "", [dict])
    app.add_config_value("rediraffe_template", "", "", [str])
    app.connect("builder-inited", _prepare)
    # Before sphinx-external-toc, which also writes an index.html if there is none.
    app.connect("build-finished", build_redirects, priority=400)
