"""Does each page say from which commit it was made, and when? Four builds."""

import re
import subprocess

import pytest

from bookbuild.project.repository import commit
from tiny_book import TinyBook, cells

MADE = re.compile(r'<p class="made">(.*?)</p>')
DATE = r'Made on <time datetime="\d{4}-\d\d-\d\d">[A-Z][a-z]+ \d+, \d{4}</time>'


def git(book, *arguments):
    identity = "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"
    command = "git", *identity, *arguments
    subprocess.run(command, cwd=book.root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A book without a repository; in one, committed; then changed; then committed."""
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": cells("6 * 7")})
    (book.root / ".gitignore").write_text("_build\n__pycache__\n")
    said, ran = [], []

    def build():
        assert book.build().returncode == 0
        said.append({MADE.search(book.page(name))[1] for name in ("index", "one")})
        ran.append(book.ran())

    build()
    git(book, "init")
    git(book, "remote", "add", "origin", "https://github.com/somebody/book.git")
    for message in ("first", "second"):
        git(book, "add", ".")
        git(book, "commit", "-m", message)
        build()
        book.replace("book/one.md", "# The page one", "# The page one\n\nMore.")
    build()
    return commit(book.root).rstrip("+"), said, ran


def test_a_book_without_a_repository_says_when_it_was_made(story):
    _, (without, *_), _ = story

    [made] = without
    assert re.fullmatch(rf"{DATE} with CPython 3[.\d]+\.", made)


def test_every_page_names_the_commit_that_the_book_was_made_from(story):
    name, (_, first, second, _), _ = story

    [made] = second
    address = f"https://github.com/somebody/book/commit/{name}"
    assert (
        f'from commit <a href="{address}"><code>{name[:10]}</code></a> with CPython'
        in made
    )
    assert first != second


def test_a_page_made_from_more_than_the_commit_says_so(story):
    name, (*_, last), _ = story

    [made] = last
    assert f"<code>{name[:10]}</code></a>, changed since, with CPython" in made


def test_no_cell_runs_because_of_a_commit(story):
    _, _, (first, *later) = story

    assert first == {"one"}
    assert later == [set(), set(), set()]
