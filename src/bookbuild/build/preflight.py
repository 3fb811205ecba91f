"""Check the configuration, contents and catalogues before anything runs."""

import importlib.util
import sys
from pathlib import Path

from bookbuild.build.front_matter import faults
from bookbuild.project.book import CONFIG, CONTENTS, Book

SUFFIXES = ("", ".md", ".ipynb", ".rst")
PACKAGES = {"jupyter_book": "jupyter-book", "ipykernel": "ipykernel, a kernel"}
IGNORED = ("_build", "**.ipynb_checkpoints")  # as Jupyter Book does


def problems(book: Book) -> list[str]:
    """List why `book` can't be built; empty if it can."""
    if missing := no_book(book):
        return missing
    try:
        _ = book.settings, book.address
        found = [*_missing_pages(book), *_forgotten_pages(book)]
        # Only now: it takes packages.
        from bookbuild.i18n.catalogs import faults as of_catalogues
        from bookbuild.site.redirects import SETTING
        from bookbuild.site.redirects import faults as of_redirects

        found += faults(book.root, book.pages)
        found += of_redirects(book.config.get(SETTING, {}), book.pages)
        return found + of_catalogues(book)
    except ValueError as error:
        return [str(error)]


def no_book(book: Book) -> list[str]:
    """Say why this Python can't build anything in this folder; empty if it can."""
    for name in (CONFIG, CONTENTS):
        if not (book.root / name).is_file():
            return [f"{book.root}: there is no {name}; is this the book's folder?"]
    for module, package in PACKAGES.items():
        if importlib.util.find_spec(module) is None:
            return [
                f"{sys.executable} has no {package}; run make book, or python "
                "src/bookbuild setup and then the environment's own Python: "
                ".venv/bin/python -m bookbuild"
            ]
    return []


def _missing_pages(book: Book) -> list[str]:
    """List pages of the contents that don't exist, with the line that names them."""
    lines = book.contents.splitlines()
    return [
        f"{CONTENTS}:{_line(lines, page)}: there is no page {page}.md"
        for page in book.pages
        if not any((book.root / f"{page}{suffix}").is_file() for suffix in SUFFIXES)
    ]


def _forgotten_pages(book: Book) -> list[str]:
    """List pages that exist and that the contents don't have."""
    from sphinx.util.matching import get_matching_files

    if not book.settings.get("only_build_toc_files"):
        return []
    excluded = [*book.settings.get("exclude_patterns", []), *IGNORED]
    found = get_matching_files(book.root, ("**.md", "**.ipynb", "**.rst"), excluded)
    return [
        f"{name} is not in {CONTENTS}, so it would not be published; add it there, "
        f"or to exclude_patterns in {CONFIG}"
        for name in sorted(found)
        if Path(name).with_suffix("").as_posix() not in book.pages
    ]


def _line(lines: list[str], page: str) -> int:
    """Return the number of the line that names `page`."""
    names = [line.partition("#")[0].rpartition(":")[2].strip(" '\"") for line in lines]
    return names.index(page) + 1 if page in names else 1
