"""Does each page say where it comes from, and lead to where it can be changed and run?

Addresses are asked of what gives them to the template, and of one small book that they
are in its pages, too.
"""

import re
from types import SimpleNamespace

import pytest

from bookbuild.checks.binder import opened
from bookbuild.project.repository import Repository, commit
from bookbuild.theme import provenance
from git import git
from page_tags import links
from tiny_book import words

HOME = "https://github.com/someone/a-book"
HUB = "https://mybinder.org"
MADE = re.compile(r'<p class="made">(.*?)</p>')
DATE = r'Built on <time datetime="\d{4}-\d\d-\d\d">[A-Z][a-z]+ \d+, \d{4}</time>'


def addresses(*repository, hub=HUB, page="book/one", header=("kernelspec",)):
    """What the template of a page is given, in a book of this repository."""
    config = SimpleNamespace(
        bookbuild_repository=Repository(*repository) if repository else None,
        bookbuild_binder=hub,
    )
    env = SimpleNamespace(metadata={page: dict.fromkeys(header)})
    app, given = SimpleNamespace(config=config, env=env), {"page_source_suffix": ".md"}
    provenance._add_addresses(app, page, "page.html", given, None)
    return given


def test_a_page_of_a_book_that_lives_nowhere_leads_to_no_repository():
    assert addresses() == {"page_source_suffix": ".md"}


def test_a_page_leads_to_its_repository_on_github():
    given = addresses(HOME, "draft")

    assert given["edit_url"] == f"{HOME}/edit/draft/book/one.md"
    title = "title=Issue%20on%20page%20%2Fbook%2Fone.html"
    assert given["issue_url"].startswith(f"{HOME}/issues/new?{title}&body=")
    run = "gh/someone/a-book/draft?urlpath=lab/tree/book/one.md"
    assert given["binder_url"] == f"{HUB}/v2/{run}"


def test_a_released_fork_runs_its_tag_and_is_changed_on_its_branch():
    fork = "https://github.com/somebody/a-fork"

    given = addresses(fork, "main", "v1.2+3")  # a plus in an address would be a space

    run = "gh/somebody/a-fork/v1.2%2B3?urlpath=lab/tree/book/one.md"
    assert given["binder_url"] == f"{HUB}/v2/{run}"
    assert given["edit_url"] == f"{fork}/edit/main/book/one.md"


def test_a_page_leads_to_its_repository_on_other_forges():
    home = "https://forge.example/group/part/a-book"

    given = addresses(home, "draft")

    assert given["edit_url"] == f"{home}/-/edit/draft/book/one.md"
    assert given["issue_url"].startswith(f"{home}/-/issues/new?issue[title]=Issue%20on")


@pytest.mark.parametrize(
    ("home", "other"),
    [
        ("https://forge.example/group/part/a-book", {}),
        (HOME, {"hub": ""}),
        (HOME, {"header": ()}),
    ],
    ids=["a forge that it does not know", "no hub", "a page without a kernel"],
)
def test_there_is_no_binder_button_where_it_would_be_broken(home, other):
    given = addresses(home, "draft", **other)

    assert "edit_url" in given
    assert "binder_url" not in given


def test_binder_knows_gitlab_too():
    given = addresses("https://gitlab.com/someone/a-book", "draft")

    assert given["binder_url"].startswith(f"{HUB}/v2/gl/someone%2Fa-book/draft?")


@pytest.mark.parametrize(
    "start",
    [
        f"{HUB}/v2/gh/someone/a-book/draft?",
        f"{HOME}/edit/draft/book/cells.md",
        f"{HOME}/issues/new?",
    ],
)
def test_a_chapters_buttons_point_to_its_repository(book, start):
    found = links(book.page("cells"))

    assert len([link for link in found if link.startswith(start)]) == 1


def test_a_chapters_links_name_no_repository_but_its_own(book):
    outside = [link for link in links(book.page("cells")) if "://" in link]

    assert [link for link in outside if "/someone/a-book" not in link] == []


def test_binder_opens_the_chapter_as_it_is_tried(book):
    (binder,) = [link for link in links(book.page("cells")) if "mybinder.org" in link]

    assert binder.endswith(f"?urlpath={opened('book/cells.md')}")


def test_a_page_says_beside_the_link_what_binder_cannot_show(editions):
    notes = [
        words(re.search("<li>.*mybinder.*</li>", page)[0]) for page in editions("cells")
    ]

    assert "(on one or two shared cores, so little speed-up)" in notes[0]
    assert "(em inglês, em um ou dois núcleos compartilhados, " in notes[1]


def test_a_chapter_can_be_downloaded_from_a_book_in_a_repository(book):
    found = links(book.page("cells"))

    assert any(link.endswith("_notebooks/book/cells.ipynb") for link in found)


def test_a_book_without_a_repository_says_when_it_was_made():
    made = provenance._made(SimpleNamespace(commit="", repository=None))

    assert re.fullmatch(rf"{DATE} with CPython 3[.\d]+\.", made)


def test_a_commit_is_named_without_a_link_where_no_forge_is_known():
    book = SimpleNamespace(commit="a0e5105" * 5, repository=None)

    assert "from commit <code>a0e5105a0e</code> with" in provenance._made(book)


@pytest.fixture(scope="module")
def committed(book):
    """What pages say before and after a commit, and what ran for it. One more build."""

    def made():
        pages = map(book.page, ("index", "cells"))
        return {MADE.search(page)[1] for page in pages}

    before, first = made(), commit(book.root).rstrip("+")
    git(book.root, "add", ".")
    git(book.root, "commit", "-m", "more")
    ran = book.build()
    assert ran.returncode == 0, ran.stderr
    return (first, before), (commit(book.root), made()), book.ran()


def test_every_page_names_the_commit_that_the_book_was_made_from(committed):
    _, (name, said), _ = committed

    [made] = said
    shown = f'<a href="{HOME}/commit/{name}"><code>{name[:10]}</code></a>'
    assert re.fullmatch(rf"{DATE} from commit {shown} with CPython 3[.\d]+\.", made)


def test_a_page_made_from_more_than_the_commit_says_so(committed):
    (name, said), _, _ = committed

    [made] = said
    assert f"<code>{name[:10]}</code></a> with later changes, with CPython" in made


def test_no_cell_runs_because_of_a_commit(committed):
    *_, ran = committed

    assert ran == set()
