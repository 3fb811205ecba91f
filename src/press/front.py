"""The site's first page: it leads to the edition in the reader's language.

With a script, at once; and to the one that she chose, once she has. Without, it is a
link to each. Where there is one edition only, it leads there.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from press.catalogues import WORDS, sentences
from press.configuration import settings
from press.editions import Edition

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
{alternates}
<title>{title}</title>
<style>
body {{ display: grid; min-height: 90vh; place-content: center; padding: 1rem;
  font: 1.25rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
  background: light-dark(#fdfcf9, #15171a); color: light-dark(#1d1d1b, #e6e3dc); }}
ul {{ padding: 0; list-style: none; }}
li {{ margin: 1.5rem 0; }}
a {{ font-size: 1.8rem; color: inherit; text-underline-offset: .2em; }}
</style>
</head>
<body>
<main>
<ul>
{links}
</ul>
</main>
<script>
{script}
</script>
</body>
</html>
"""
LINK = """\
<li lang="{tag}"><a href="{page}" hreflang="{tag}" data-edition="{slug}">{title}</a><br>
{name}</li>"""
ONLY_ONE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={page}">
<link rel="icon" href="data:,">
<title>{title}</title>
<p><a href="{page}">{title}</a></p>
</html>
"""
ALTERNATE = '<link rel="alternate" hreflang="{tag}" href="{page}">'

#: The edition that she chose; or else the first of her languages that there is; or the
#: same language of another country; or the source.
SCRIPT = """\
const links = [...document.querySelectorAll("a[data-edition]")];
const named = (name) => links.find((link) => link.dataset.edition === name);
const spoken = (tag) => links.find(
  (link) => link.dataset.edition.split("-")[0] === tag.split("-")[0]);
let chosen = null;
try { chosen = localStorage.getItem("edition"); } catch { /* it is forbidden here */ }
const tags = navigator.languages.map((tag) => tag.toLowerCase());
const found = tags.map((tag) => named(tag) ?? spoken(tag)).find(Boolean);
addEventListener("DOMContentLoaded", () =>
  location.replace((named(chosen) ?? found ?? links[0]).href));"""


def front(root: Path, editions: Sequence[Edition]) -> str:
    """The page, with a link to the first page of each of `editions`."""
    title, cover = settings(root)["html_title"], _cover(root)
    if len(editions) == 1:
        page = f"{editions[0].slug}/{cover}.html"
        return ONLY_ONE.format(page=page, title=escape(title))
    links, alternates, titles = [], [], []
    for edition in editions:
        titles.append(sentences(root, edition.language, WORDS).get(title, title))
        parts = {
            "tag": edition.tag,
            "slug": edition.slug,
            "page": f"{edition.slug}/{cover}.html",
            "name": escape(edition.name),
            "title": escape(titles[-1]),
        }
        links.append(LINK.format(**parts))
        alternates.append(ALTERNATE.format(**parts))
    return PAGE.format(
        title=escape(" / ".join(dict.fromkeys(titles))),
        links="\n".join(links),
        alternates="\n".join(alternates),
        script=SCRIPT,
    )


def _cover(root: Path) -> str:
    from press.preflight import contents

    return contents(root)[0]
