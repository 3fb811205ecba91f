"""Check that a synthetic book has the promised length, and that it builds."""

import re
from itertools import pairwise

import pytest
import yaml

from bookbuild.bench import synthetic
from bookbuild.bench.noise import CELL
from bookbuild.project.book import Book
from tiny_book import HERE, TinyBook, complaints

HEADER = re.compile(r"\A---\n.*?\n---\n", re.S)


def cells(text):
    return [match["code"] for match in CELL.finditer(text)]


def prose(text):
    """The words of the sentences: without the header, cells, headings and markup."""
    plain = CELL.sub("", HEADER.sub("", text))
    lines = (line for line in plain.splitlines() if line[:1].isalpha())
    return " ".join(lines).split()


def test_a_chapter_has_as_many_cells_as_promised():
    assert len(cells(synthetic.chapter(1))) == synthetic.CELLS


def test_a_chapter_has_as_many_words_as_a_short_real_one():
    assert 1_500 <= len(prose(synthetic.chapter(1))) <= 1_600


def test_a_chapter_is_the_same_whenever_it_is_written():
    assert synthetic.chapter(7) == synthetic.chapter(7)


def test_no_chapter_finds_the_outputs_of_another_in_the_cache():
    written = {"\n".join(cells(synthetic.chapter(n))) for n in range(99)}

    assert len(written) == 99


def test_each_heading_has_a_label_above_it():
    lines = synthetic.chapter(1).splitlines()
    above = [a for a, b in pairwise(lines) if b.startswith("#")]

    assert len(set(above)) == len(above) == synthetic.SECTIONS + 1
    assert all(re.fullmatch(r"\([\w-]+\)=", line) for line in above)


def test_chapters_are_in_parts_of_ten():
    parts = yaml.safe_load(synthetic.contents(21))["parts"]

    assert [len(part["chapters"]) for part in parts] == [10, 10, 1]


def test_a_book_without_the_extension_is_the_same_but_for_claims(tmp_path):
    synthetic.make(HERE, tmp_path, chapters=1)
    before = yaml.safe_load((tmp_path / "_config.yml").read_text("utf8"))
    page = tmp_path / f"{synthetic.name(1)}.md"
    written = page.read_text("utf8")

    synthetic.without_the_extension(tmp_path)

    after = yaml.safe_load((tmp_path / "_config.yml").read_text("utf8"))
    assert before["sphinx"].pop("extra_extensions")
    assert after == before
    assert ":::{claim} chapter-001-adds-up" in written
    assert "{claim}" not in page.read_text("utf8")
    assert prose(page.read_text("utf8")) == prose(written)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A book of one chapter, built strictly; it takes as long as a kernel."""
    book = TinyBook(tmp_path_factory.mktemp("synthetic"))
    synthetic.make(HERE, book.root, chapters=1)
    return book, book.build("--strict")


def test_a_book_builds_without_a_warning(built):
    book, ran = built

    assert (complaints(ran), ran.returncode) == ([], 0)
    assert Book(book.root).pages[1:] == [synthetic.name(1)]
    assert book.ran() == {"chapter-001"}


def test_a_chapter_shows_a_picture_and_a_claim_that_holds(built):
    book, _ran = built
    page = book.page("chapter-001")

    assert page.count("<svg") > book.page("index").count("<svg")
    assert 'class="claim claim-holds docutils container"' in page
