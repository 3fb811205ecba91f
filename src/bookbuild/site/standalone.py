"""Write pages without the theme: those of no edition, and redirects."""

from __future__ import annotations

from html import escape
from pathlib import Path

from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.web.csp import policy

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{head}
<link rel="icon" href="{icon}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{main}
</main>
{script}</body>
</html>
"""
STYLE = """
body { display: grid; min-height: 90vh; place-content: center; padding: 1rem;
  font: 1.25rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
  background: light-dark(#fdfcf9, #15171a); color: light-dark(#1d1d1b, #e6e3dc); }
main { max-width: 34rem; }
h1 { font-size: 1.8rem; line-height: 1.2; }
ul { padding: 0; list-style: none; }
a { color: inherit; text-underline-offset: .2em; }
"""
#: Redirects without a script.
REFRESH = '<meta http-equiv="refresh" content="0; url={to}">'
NO_ICON = "data:,"  # so that browsers ask for none


def standalone_page(
    title: str,
    main: str,
    *,
    language: str,
    icon: str,
    head: str = "",
    style: str = "",
    script: str = "",
) -> str:
    """Return the page; `title` is text, `main` and `head` are HTML."""
    return PAGE.format(
        policy=policy(
            scripts=[script] * bool(script), styles=[STYLE + style], base="'self'"
        ),
        title=escape(title),
        main=main,
        language=language,
        icon=icon,
        head=head,
        style=STYLE + style,
        script=f"<script>{script}</script>\n" if script else "",
    )


def icon(book: Book) -> str:
    """Return where the book's mark is, from the site's root."""
    mark = book.config.get("html_favicon")
    if not mark or not (book.root / mark).is_file():
        return NO_ICON
    return f"{ENGLISH.slug}/_static/{Path(mark).name}"
