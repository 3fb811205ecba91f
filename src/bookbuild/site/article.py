"""What is a page of the site, as a chapter of one page that is to be printed?

What is only of use on a screen is left out, and what can be unfolded is unfolded. Names
of things begin with their page's, so that those of many pages can stand in one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup, Tag

from bookbuild.web.links import is_internal, target

#: Not for paper. The numbers beneath the timelines would fill as many sheets again.
FOR_SCREENS = (
    "a.headerlink, button, script, style, noscript, template, input, .ledger-filters, "
    ".toctree-wrapper, .sd-summary-state-marker, figure.lanes > details, "
    "details.hide > summary"
)
#: Attributes with the ids of other elements.
NAMING = ("for", "headers", "aria-labelledby", "aria-describedby", "aria-controls")
DRAWN_WITH = re.compile(r"url\(\s*['\"]?#([^)'\"\s]+)['\"]?\s*\)")
LEVELS = ("h5", "h4", "h3", "h2", "h1")  # the lowest first: each takes the next one's
SUFFIX = ".html"


def printable(html: str, page: str, pages: Collection[str], *, base: str = "") -> Tag:
    """The article of `page`, to stand in one page with those of the other `pages`.

    Addresses of pictures are from the edition's folder. A link to one of `pages` leads
    to its article; to another file of the edition, to where that is published: `base`
    is the edition's address. If that is not known, it is no link.
    """
    article = BeautifulSoup(html, "html.parser").select_one("main article")
    if article is None:
        raise ValueError(f"{page}{SUFFIX}: there is no article in it")
    for element in article.select(FOR_SCREENS):
        element.decompose()
    for details in article.find_all("details"):
        if details.find("summary"):
            details["open"] = ""
        else:
            details.unwrap()
    for element in article.find_all(True):
        _rename(element, page)
        _lead(element, page, pages, base)
    article["id"] = page
    return article


def lower_headings(article: Tag) -> None:
    """Let the headings of `article` stand below one of the first level."""
    for level in LEVELS:
        for heading in article.find_all(level):
            heading.name = f"h{int(level[1]) + 1}"


def _anchor(page: str, name: str) -> str:
    return f"{page}--{name}" if name else page


def _rename(element: Tag, page: str) -> None:
    """Let the names that `element` has, or that it uses, begin with the page's."""
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


def _lead(element: Tag, page: str, pages: Collection[str], base: str) -> None:
    """Let `element` lead to, or show, the same thing from where it is printed."""
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
            element[key] = f"{base}/{path}"
        else:
            del element[key]
