"""Link each page to the same page in the other editions.

The script `reading.js` adds the section that the reader is at, and remembers the
edition that she chooses, for the site's first page.
"""

from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.project.book import book_of
from bookbuild.project.editions import Edition


def _configure(app: Sphinx, config: Config) -> None:
    config.html_baseurl = book_of(app).address


def _add_alternates(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give the template the other editions, and the addresses of all."""
    page = f"{pagename}{app.builder.out_suffix}"  # type: ignore[attr-defined]
    up = "../" * (page.count("/") + 1)
    every = {
        edition: f"{up}{edition.slug}/{quote(page)}"
        for edition in map(Edition, app.config.bookbuild_editions)
    }
    base, own = app.config.html_baseurl, Edition(app.config.language)
    context["editions"] = {e: href for e, href in every.items() if e != own}
    if base:  # Sphinx's own pageurl lacks the edition's folder
        context["pageurl"] = own.address(base, page)
    context["alternates"] = {
        edition.tag: edition.address(base, page) or href
        for edition, href in every.items()
        if len(every) > 1
    }


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_editions", [app.config.language], "html", [list])
    app.connect("config-inited", _configure, priority=200)
    app.connect("html-page-context", _add_alternates)
