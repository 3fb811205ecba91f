"""Are pages read first that their author is working on?"""

import os
from types import SimpleNamespace

import pytest

from bookbuild.execution.order import _changed_first

PAGES = ["index", "zero", "one", "two"]


@pytest.fixture
def read(tmp_path):
    """A function that returns the order of the pages, given those that failed."""
    (tmp_path / "en").mkdir()
    for page in [*PAGES, "orphan"]:
        (tmp_path / f"{page}.md").touch()
        os.utime(tmp_path / f"{page}.md", (100, 100))

    def order(*failed):
        book = SimpleNamespace(pages=PAGES)
        app = SimpleNamespace(
            outdir=str(tmp_path / "en"), config=SimpleNamespace(bookbuild_book=book)
        )
        env = SimpleNamespace(
            doc2path=lambda page: str(tmp_path / f"{page}.md"),
            nb_metadata={page: {"failure": "why"} for page in failed},
        )
        docnames = sorted([*PAGES, "orphan"])
        _changed_first(app, env, docnames)
        return docnames

    return order


@pytest.fixture
def built(tmp_path):
    """A good build, after the pages were written."""
    (tmp_path / "manifest.json").touch()
    os.utime(tmp_path / "manifest.json", (200, 200))


def test_pages_have_the_order_of_the_contents_in_a_first_build(read):
    assert read() == ["index", "zero", "one", "two", "orphan"]


@pytest.mark.usefixtures("built")
def test_pages_have_the_order_of_the_contents_if_none_has_changed(read):
    assert read() == ["index", "zero", "one", "two", "orphan"]


@pytest.mark.usefixtures("built")
def test_pages_that_changed_since_the_last_good_build_come_first(read, tmp_path):
    for page in ("two", "one"):
        os.utime(tmp_path / f"{page}.md", (300, 300))

    assert read() == ["one", "two", "index", "zero", "orphan"]


@pytest.mark.usefixtures("built")
def test_pages_that_failed_come_first(read):
    assert read("two") == ["two", "index", "zero", "one", "orphan"]
