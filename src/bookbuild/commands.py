"""Commands that are made of parts which don't know one another."""

from __future__ import annotations

import os

from bookbuild.console import complain
from bookbuild.project.book import Book


def setup(book: Book, *, tests: bool = False) -> int:
    """Make the environment, then fetch a Python for the pages of the site.

    The site does without that Python if there is none; but in CI, which tests and
    publishes all of it, that is a failure.
    """
    from bookbuild.project import venv
    from bookbuild.pyodide.fetch import fetch

    venv.setup(book.root, tests=tests)
    if not (problem := fetch(book.root, tests=tests)):
        return 0
    complain(f"the site will have no Run buttons in its pages: {problem}")
    return 1 if os.environ.get("CI") == "true" else 0


def translations(book: Book, *, check: bool = False) -> int:
    """Bring all catalogues up to date, or only check them; 1 if something is wrong."""
    from bookbuild.build.preflight import problems as preflight
    from bookbuild.i18n import update

    if problems := preflight(book):
        return complain(problems)
    try:
        if check:
            return 0 if update.check(book) else 1
        update.update(book)
    except ValueError as error:
        return complain(str(error))
    return 0
