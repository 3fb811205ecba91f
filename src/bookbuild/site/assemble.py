"""Put a new site together: the editions, JSON files, and the files around them."""

from __future__ import annotations

import shutil
from pathlib import Path

from bookbuild.project.book import Book
from bookbuild.project.editions import ENGLISH
from bookbuild.pyodide.publish import publish
from bookbuild.site.standalone import add_files

#: Files of the theme and of extensions that no page loads: 9 MB.
UNUSED = (
    *("scripts", "styles", "vendor", "locales", "logo_*", "*webpack-macros.html"),
    *("sphinx-thebe.*", "togglebutton.*", "copybutton*", "clipboard.min.js"),
    *("copy-button.svg", "check-solid.svg", "play-solid.svg", "mystnb.*"),
    *("basic.css", "pygments.css", "file.png", "minus.png", "plus.png"),
)
RECORD = "_rediraffe*"  # of redirects


def assemble(book: Book, made: Path, new: Path) -> None:
    """Write the site of `book` to the folder `new`, from the pages in `made`."""
    shutil.rmtree(new, ignore_errors=True)  # of a build that was killed
    for edition in book.editions:
        shutil.copytree(made / edition.slug, new / edition.slug, ignore=_unused)
    shutil.copy2(made / "manifest.json", new)
    for claims in (made / ENGLISH.slug).glob("claims*.json"):
        shutil.copy2(claims, new)
    add_files(book, new)
    publish(book.root, new)


def _unused(folder: str, names: list[str]) -> set[str]:
    """Return which of these names in a folder of the pages need not be published."""
    patterns = UNUSED if "_static" in Path(folder).parts else [RECORD]
    return shutil.ignore_patterns(*patterns)(folder, names)
