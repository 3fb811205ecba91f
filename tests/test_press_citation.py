"""Can a reader cite the build that she read, and say what is wrong with it?

Over 0.25 s: a book is built in two languages, without a repository and with one.
"""

import re
import subprocess

import pytest

from press.manifest import commit
from press.sphinxext.citation import bibtex, read
from press.tags import links
from tiny_book import TinyBook, complaints, speak_portuguese, words

CITATION = """\
title: "Tiny: a book"
authors:
  - name: The people of Tiny
  - given-names: Ada
    family-names: Lovelace
version: 1.2.3
"""
ABOUT = "```{citation}\n```\n\n```{contact}\n```\n"
HOME = "https://github.com/somebody/book"
ADDRESS = "https://example.org/book/"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"about": ABOUT})
    (book.root / "CITATION.cff").write_text(CITATION)
    speak_portuguese(book)
    return book


@pytest.fixture(scope="module")
def alone(book):
    """The page in both editions, where neither commit nor repository is known."""
    return build(book)


@pytest.fixture(scope="module")
def known(book, alone):
    """The same, in a repository, and with an address."""
    git = ["git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    (book.root / ".gitignore").write_text("_build\n__pycache__\n")
    for command in ("init", f"remote add origin {HOME}", "add .", "commit -m begin"):
        subprocess.run(
            [*git, *command.split()], cwd=book.root, check=True, capture_output=True
        )
    return build(book, BOOK_ADDRESS=ADDRESS)


def build(book, **variables):
    ran = book.build("--strict", **variables)
    assert ran.returncode == 0, ran.stderr
    pages = [book.site / f"{slug}/book/about.html" for slug in ("en", "pt-br")]
    return [page.read_text("utf8") for page in pages]


def test_a_build_is_cited_with_its_date_as_it_is_written_there(alone):
    english, portuguese = map(words, alone)

    who = r"The people of Tiny, Ada Lovelace \(\d{4}\)\. Tiny: a book\. "
    assert re.search(rf"{who}Version 1\.2\.3, made on \w+ \d+, \d{{4}}\. ", english)
    made = r"Versão 1\.2\.3, feita em \d+ de \w+ de \d{4}\. "
    assert re.search(who + made, portuguese)


def test_a_build_is_cited_with_its_commit_and_its_address(book, known):
    name = commit(book.root)[:10]
    english, portuguese = map(words, known)

    assert re.search(rf"\d{{4}} from commit {name}\. {ADDRESS}", english)
    assert re.search(rf"\d{{4}} a partir do commit {name}\. {ADDRESS}", portuguese)
    assert ADDRESS in links(known[0])


def test_what_was_changed_since_the_commit_is_marked(book, known):
    (book.root / "CITATION.cff").write_text(CITATION.replace("1.2.3", "1.2.4"))

    english, _ = build(book)

    (book.root / "CITATION.cff").write_text(CITATION)
    name = commit(book.root)[:10]
    assert f"from commit {name}+. {HOME}" in words(english)
    assert "Version 1.2.4," in words(english)


def test_bibtex_is_the_same_in_every_language(known):
    english, portuguese = (re.search(r"<pre>.*?</pre>", p, re.S)[0] for p in known)

    assert english == portuguese
    assert words(english).startswith("@software{tiny, author =")


WORK = {
    "title": "R&D: a book",
    "authors": [{"name": "The 100%"}, {"given-names": "Ada", "family-names": "L"}],
    "version": "1.2.3",
}


def test_bibtex_has_what_is_known_and_no_more():
    build = {"date": "2026-02-28", "commit": "abc", "url": ADDRESS}

    whole, less = bibtex(WORK, build), bibtex(WORK, build | {"commit": "", "url": ""})

    assert whole == (
        "@software{r-d,\n"
        r"  author = {{The 100\%} and L, Ada},"
        "\n"
        r"  title = {{R\&D: a book}},"
        "\n"
        "  version = {1.2.3},\n"
        "  year = {2026},\n"
        "  note = {2026-02-28, commit abc},\n"
        f"  url = {{{ADDRESS}}},\n"
        "}"
    )
    assert "  note = {2026-02-28},\n}" in less


def test_a_reader_is_told_where_to_say_what_is_wrong(alone, known):
    assert f"{HOME}/issues" in links(known[0])
    assert f"{HOME}/issues" in links(known[1])
    assert "numa issue do repositório do livro: https" in words(known[1])
    assert "does not know its repository" in words(alone[0])


WRONG = {
    "missing": (None, "there is no CITATION.cff"),
    "no YAML": ("title: a: b\n", "CITATION.cff is not YAML"),
    "empty": ("", "CITATION.cff has no title"),
    "without authors": ("title: Tiny\nversion: 1\n", "CITATION.cff has no authors"),
}


@pytest.mark.parametrize(("content", "told"), WRONG.values(), ids=WRONG)
def test_what_can_not_be_cited_from_is_told(tmp_path, content, told):
    if content is not None:
        (tmp_path / "CITATION.cff").write_text(content)

    with pytest.raises(ValueError, match=told):
        read(tmp_path)


def test_a_book_that_can_not_be_cited_is_not_built_and_the_line_is_named(book):
    path = book.root / "CITATION.cff"
    path.unlink()

    ran = book.build()

    path.write_text(CITATION)
    assert ran.returncode == 1
    assert complaints(ran)[0].startswith("press: book/about.md:14: there is no CITAT")
