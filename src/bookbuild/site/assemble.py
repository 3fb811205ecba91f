"""Put a new site together: the editions, JSON files, and the files around them."""

from __future__ import annotations

import shutil
from pathlib import Path

from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.pyodide.publish import publish
from bookbuild.site.language_picker import front
from bookbuild.site.not_found import FILE as NOT_FOUND
from bookbuild.site.not_found import not_found
from bookbuild.site.sitemap import add_sitemap

#: Files of the theme and of extensions that no page loads: 9 MB.
UNUSED = (
    *("scripts", "styles", "vendor", "locales", "logo_*", "*webpack-macros.html"),
    *("sphinx-thebe.*", "togglebutton.*", "copybutton*", "clipboard.min.js"),
    *("copy-button.svg", "check-solid.svg", "play-solid.svg", "mystnb.*"),
    *("basic.css", "pygments.css", "file.png", "minus.png", "plus.png"),
)


def assemble(book: Book, made: Path, new: Path) -> None:
    """Write the site of `book` to the folder `new`, from the pages in `made`."""
    shutil.rmtree(new, ignore_errors=True)  # of a build that was killed
    for edition in book.editions:
        shutil.copytree(made / edition.slug, new / edition.slug, ignore=_unused)
    shutil.copy2(made / "manifest.json", new)
    for claims in (made / ENGLISH.slug).glob("claims*.json"):
        shutil.copy2(claims, new)
    (new / "index.html").write_text(front(book), encoding="utf8")
    (new / NOT_FOUND).write_text(not_found(book), encoding="utf8")
    add_sitemap(book, new)
    publish(book.root, new)


def _unused(folder: str, names: list[str]) -> set[str]:
    """Return which of these names in a folder of the pages need not be published."""
    if "_static" not in Path(folder).parts:
        return set()
    return shutil.ignore_patterns(*UNUSED)(folder, names)
