"""What tests of the PDF have in common."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bookbuild.project.book import Book


class Pages(NamedTuple):
    """A book, and the folder of its site, from whose pages it's printed."""

    book: Book
    folder: Path


@pytest.fixture(
    scope="module",
    params=["specimen", pytest.param("site", marks=pytest.mark.weekly)],
)
def pages(request):
    """The specimen's, which has each component; once a week the real book's, too."""
    site = request.getfixturevalue(request.param)
    return Pages(Book(site.folder.parents[1]), site.folder)
