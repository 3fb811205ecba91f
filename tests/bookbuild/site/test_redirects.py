"""A renamed page leads to its new address, and one that leads nowhere is found."""

import os
import re

import pytest
import yaml

from bookbuild.project.book import Book
from bookbuild.site.redirects import SETTING, faults
from browsing import window
from git import git
from tiny_book import HERE, TinyBook

PAGES = ["book/index", "book/one"]
WRONG = {
    "there still": ("book/one.md: book/index.md", "book/one.md: this page exists"),
    "of every book": ("search.md: book/one.md", "search.md: this page exists"),
    "to nowhere": ("book/old.md: book/no.md", "book/old.md: its target book/no.md do"),
    "to no file": ("book/old.md: book/one", "book/old.md: its target book/one doesn"),
    "in a circle": ("{a.md: b.md, b.md: a.md}", "a.md: it leads back to"),
    "out of the book": ("../old.md: book/one.md", "../old.md: this can't have been a"),
    "without suffix": ("book/old: book/one.md", "book/old: this can't have been a"),
    "no pairs": ("[book/old.md]", "write pairs of files, such as book/old.md: book/n"),
}


@pytest.mark.parametrize(("written", "told"), WRONG.values(), ids=WRONG)
def test_a_redirect_that_can_not_be_is_told_with_its_entry(written, told):
    [fault, *_] = faults(yaml.safe_load(written), PAGES)

    assert fault.startswith(f"_config.yml: rediraffe_redirects: {told}")


def test_redirects_to_redirects_are_right():
    right = {"a.md": "b.md", "b.md": "book/one.md", "book/c.md": "book/one.md"}

    assert faults(right, PAGES) == []


ADDED = re.compile(r"^\+[ -]*(?:file|root): *(\S+)", re.M)  # to _toc.yml, in a patch


def unredirected(book, configured):
    """The pages that `_toc.yml` has had in any commit, and that lead nowhere now.

    A merge counts as one change, so pages renamed within a branch aren't there.
    """
    changes = git(
        *(book.root, "log", "--first-parent", "-m", "-p", "--format=", "--", "_toc.yml")
    )
    once = {f"{page}.md" for page in ADDED.findall(changes) if page not in book.pages}
    return sorted(once - configured.keys())


def test_every_page_that_the_book_has_had_is_there_or_leads_to_another():
    if not (HERE / ".git").exists() and os.environ.get("CI") != "true":
        pytest.skip("no repository, so no history")
    shallow = git(HERE, "rev-parse", "--is-shallow-repository") == "true\n"
    if shallow and os.environ.get("GITHUB_ACTIONS") != "true":
        pytest.skip("this clone lacks older commits: git fetch --unshallow")
    book = Book(HERE)

    assert not shallow
    assert unredirected(book, book.config.get(SETTING, {})) == []


class Repository:
    """A book's repository with one commit; its pages are these."""

    def __init__(self, root):
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("see/one", "see/two")
        self.commit()

    def git(self, *arguments):
        git(self.root, *arguments)

    def write(self, *pages):
        lines = ["format: jb-book", "root: index", "chapters:"]
        lines += [f"- file: {page}" for page in pages]
        (self.root / "_toc.yml").write_text("\n".join(lines))

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Rename")

    def lost(self, **redirects):
        named = {f"see/{old}.md": f"see/{new}.md" for old, new in redirects.items()}
        return unredirected(Book(self.root), named)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


@pytest.mark.parametrize("committed", [False, True])
def test_a_page_that_was_renamed_is_found(repository, committed):
    repository.write("see/one", "see/three")
    if committed:
        repository.commit()

    assert repository.lost() == ["see/two.md"]
    assert repository.lost(two="three") == []


def test_a_page_that_was_deleted_is_found_however_long_ago(repository):
    for pages in (["see/one"], ["see/one", "see/three"], ["see/three"]):
        repository.write(*pages)
        repository.commit()

    assert repository.lost() == ["see/one.md", "see/two.md"]


def test_a_page_that_was_renamed_on_a_merged_branch_is_found(repository):
    repository.git("switch", "--quiet", "--create=other")
    for pages in (["see/one", "see/draft"], ["see/one", "see/three"]):
        repository.write(*pages)
        repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message=Merge", "other")

    assert repository.lost() == ["see/two.md"]  # and no draft


def test_a_moved_entry_and_a_new_page_are_not_found(repository):
    repository.write("see/two", "see/three", "see/one")
    repository.commit()

    assert repository.lost() == []


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """The address of a page that was renamed, in a book without code."""
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": "## A section\n"})
    book.replace(
        "_config.yml",
        "    language: en\n",
        "    language: en\n    rediraffe_redirects:\n      old.md: book/one.md\n",
    )
    ran = book.build()
    assert (ran.returncode, ran.stderr) == (0, "")
    return (book.site / "en/old.html").as_uri()


@pytest.mark.parametrize("script", [True, False])
def test_readers_are_led_to_the_new_page(moved, browser, script):
    with window(browser, 1280, java_script_enabled=script) as tab:
        tab.goto(f"{moved}#a-section")
        tab.wait_for_url("**/book/one.html*")

        assert tab.url.endswith("#a-section" if script else "one.html")
