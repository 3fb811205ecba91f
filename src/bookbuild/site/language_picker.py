"""Write the site's first page, which leads to the edition in the reader's language.

A script leads there at once, or to the edition that she chose before. Without scripts,
the page has a link to each edition. If there is only one, it leads there.
"""

from __future__ import annotations

from html import escape

from bookbuild.i18n.catalogs import translated
from bookbuild.project.book import Book
from bookbuild.site.standalone import REFRESH, icon, standalone_page

STYLE = """\
li { margin: 1.5rem 0; }
a { font-size: 1.8rem; }
"""
LINK = """\
<li lang="{tag}"><a href="{page}" hreflang="{tag}" data-edition="{slug}">{title}</a><br>
{name}</li>"""
ONLY_ONE = '<p><a href="{page}">{title}</a></p>'
ALTERNATE = '<link rel="alternate" hreflang="{tag}" href="{page}">'

#: Pick the edition that she chose; or else the first of her languages that has one, in
#: any country; or else English.
SCRIPT = """
const links = [...document.querySelectorAll("a[data-edition]")];
const named = (name) => links.find((link) => link.dataset.edition === name);
const spoken = (tag) => links.find(
  (link) => link.dataset.edition.split("-")[0] === tag.split("-")[0]);
let chosen = null;
try { chosen = localStorage.getItem("edition"); } catch { /* storage is forbidden */ }
const tags = navigator.languages.map((tag) => tag.toLowerCase());
const found = tags.map((tag) => named(tag) ?? spoken(tag)).find(Boolean);
addEventListener("DOMContentLoaded", () =>
  location.replace((named(chosen) ?? found ?? links[0]).href));
"""


def front(book: Book) -> str:
    """Return the page, with a link to the first page of each edition."""
    title, cover, editions = book.title, book.cover, book.editions
    if len(editions) == 1:
        page = f"{editions[0].slug}/{cover}.html"
        link = ONLY_ONE.format(page=page, title=escape(title))
        head = REFRESH.format(to=page)
        return standalone_page(title, link, language="en", icon=icon(book), head=head)
    links, alternates, titles = [], [], []
    for edition in editions:
        titles.append(translated(book, edition, title))
        parts = {
            "tag": edition.tag,
            "slug": edition.slug,
            "page": f"{edition.slug}/{cover}.html",
            "name": escape(edition.name),
            "title": escape(titles[-1]),
        }
        links.append(LINK.format(**parts))
        alternates.append(ALTERNATE.format(**parts))
    return standalone_page(
        " / ".join(dict.fromkeys(titles)),
        "\n".join(["<ul>", *links, "</ul>"]),
        language="en",
        icon=icon(book),
        head="\n".join(alternates),
        style=STYLE,
        script=SCRIPT,
    )
