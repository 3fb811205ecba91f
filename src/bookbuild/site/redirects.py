"""Where is the page that was here? A page that was renamed leads to where it is now.

A writer says so in `_config.yml`, under `sphinx: config:`, with the names of pages as
`_toc.yml` has them:

    bookbuild_redirects:
      book/old: book/new
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any

from bookbuild.i18n.catalogs import WORDS, sentences
from bookbuild.project.address import address_of
from bookbuild.project.configuration import settings
from bookbuild.project.editions import Edition
from bookbuild.site.language_picker import first_page
from bookbuild.site.standalone import NO_ICON, REFRESH, bare
from paralelo.translatable import gettext_noop

SETTING = "bookbuild_redirects"
NAME = re.compile(r"[\w-]+(/[\w-]+)*")
ALWAYS = ("index", "search", "genindex")  # pages of every book
TITLE = re.compile(r"<title>(.*?)</title>", re.S)
MOVED = gettext_noop("This page has a new address:")
HEAD = f"""\
{REFRESH}
<link rel="canonical" href="{{canonical}}">
<meta name="robots" content="noindex">"""


def faults(configured: Any, pages: Sequence[str]) -> list[str]:
    """What is wrong with the setting, a line each, in a book of these pages."""
    where = f"_config.yml: {SETTING}"
    if not isinstance(configured, Mapping):
        return [f"{where}: write pairs of pages, such as book/old: book/new"]
    found = ((old, _fault(old, configured, pages)) for old in configured)
    return [f"{where}: {old}: {fault}" for old, fault in found if fault]


def _fault(old: Any, configured: Mapping[Any, Any], pages: Sequence[str]) -> str:
    if not NAME.fullmatch(str(old)):
        return "no page was called so; write its name without .md or .html"
    if old in pages or old in ALWAYS:
        return "there is such a page, so nothing can lead away; remove this entry"
    end = _end(old, configured)
    if end in configured:
        return f"it leads back to {end}; let it lead to a page of _toc.yml"
    if end not in pages:
        return f"there is no page {end} to lead to; name one of _toc.yml"
    return ""


def _end(old: str, configured: Mapping[str, str]) -> str:
    """Where `old` leads to in the end; in a circle, a page of it."""
    seen, to = {old}, configured[old]
    while to in configured and to not in seen:
        seen.add(to)
        to = configured[to]
    return to


def add_redirects(root: Path, site: Path, editions: Sequence[Edition]) -> None:
    """Write a page for each old name into `site`, in every edition."""
    configured = dict(settings(root).get(SETTING, {}))
    if (cover := first_page(root)) != "index":
        configured["index"] = cover  # an edition's own address leads to its cover
    address = address_of(root)
    for edition in editions:
        moved = sentences(root, edition.language, WORDS).get(MOVED, MOVED)
        for old in configured:
            new = f"{_end(old, configured)}.html"
            to = relpath(new, dirname(old) or ".")
            title = TITLE.search((site / edition.slug / new).read_text("utf8"))
            link = f'<a href="{to}">{title[1] if title else to}</a>'
            canonical = f"{address}{edition.slug}/{new}" if address else to
            file = site / edition.slug / f"{old}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            page = bare(
                moved.rstrip(":"),
                f"<p>{moved}<br>{link}</p>",
                language=edition.tag,
                icon=NO_ICON,
                head=HEAD.format(to=to, canonical=canonical),
            )
            file.write_text(page, encoding="utf8")
