"""Make a page's article fit for one printed page with those of other pages.

Buttons and other controls are removed, and details are opened. Each id gets its page's
name as a prefix, so that the ids of all pages differ.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup, Tag

from bookbuild.web.links import is_internal, target

#: Not for paper. The tables below the timelines would double the number of sheets.
FOR_SCREENS = (
    "a.headerlink, button, script, style, noscript, template, input, .ledger-filters, "
    ".toctree-wrapper, .sd-summary-state-marker, figure.lanes > details, "
    "details.hide > summary"
)
#: Attributes with the ids of other elements.
NAMING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
DRAWN_WITH = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")
LEVELS = ("h1", "h2", "h3", "h4", "h5")
SUFFIX = ".html"


def printable(html: str, page: str, pages: Collection[str], *, base: str = "") -> Tag:
    """Return the article of `page`, for one page with those of the other `pages`.

    Addresses of pictures become relative to the edition's folder. A link to one of
    `pages` leads to its article, and a link to another file of the edition to its
    address below `base`, the edition's address. If `base` is empty, that link loses its
    target. Raises ValueError if the page has no article.
    """
    article = BeautifulSoup(html, "html.parser").select_one("main article")
    if article is None:
        raise ValueError(f"{page}{SUFFIX}: this page has no article")
    for element in article.select(FOR_SCREENS):
        element.decompose()
    for details in article.find_all("details"):
        if details.find("summary"):
            details["open"] = ""
        else:
            details.unwrap()
    for element in article.find_all(True):
        _rename(element, page)
        _adapt_links(element, page, pages, base)
    article["id"] = page
    return article


def lower_headings(article: Tag) -> None:
    """Lower the headings of `article` by one level."""
    for heading in article.find_all(LEVELS):
        heading.name = f"h{int(heading.name[1]) + 1}"


def _anchor(page: str, name: str) -> str:
    return f"{page}--{name}" if name else page


def _rename(element: Tag, page: str) -> None:
    """Prefix the ids that `element` has or refers to with the page's name."""
    for key, value in element.attrs.items():
        if key in NAMING:
            names = value if isinstance(value, list) else value.split()
            element[key] = " ".join(_anchor(page, name) for name in names)
        elif not isinstance(value, str):  # such as classes
            continue
        elif key == "id":
            element[key] = _anchor(page, value)
        elif "url(" in value:
            element[key] = DRAWN_WITH.sub(
                lambda found: f"url(#{_anchor(page, found[1])})", value
            )


def _adapt_links(element: Tag, page: str, pages: Collection[str], base: str) -> None:
    """Adapt the addresses in `element` to the one page."""
    for key in ("href", "xlink:href", "src"):
        address = element.get(key)
        if not isinstance(address, str) or not is_internal(address):
            continue
        path, anchor = target(f"{page}{SUFFIX}", address)
        name = path.removesuffix(SUFFIX)
        if name in pages:
            element[key] = f"#{_anchor(name, anchor)}"
        elif element.name != "a":
            element[key] = normpath(join(dirname(page), address))
        elif base:
            element[key] = f"{base}{path}"
        else:
            del element[key]
