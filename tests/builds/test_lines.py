"""Has a complaint the line of what it's about, also where Sphinx doesn't know it?

Over 0.25 s: two builds, without cells.
"""

import pytest

from tiny_book import TinyBook, complaints

MISTAKES = {
    "directive": ("```{image} no.png\n```\n", ":14: there is no picture book/no.png"),
    "box": (
        ":::{note}\nText.\n\n```{image} no.png\n:width: 20\n```\n:::\n",
        ":17: there is no picture book/no.png",
    ),
    "term": (
        "```{glossary}\none\n  A number.\ntwo\n  Another.\n```\n",
        ":17: glossary term must be preceded by empty line",
    ),
    "again": (
        "```{glossary}\nthree\n  A number.\n\nthree\n  Again.\n```\n",
        ":18: duplicate term description of three",
    ),
    "definition": (
        ":::{glossary}\n:sorted:\n\nfour\n  See {ref}`nowhere`.\n:::\n",
        ":18: nothing here is called nowhere",
    ),
    "untitled": ("", ": this page has no title, which menus would show: begin it"),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    pages = {name: body for name, (body, _) in MISTAKES.items()}
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages)
    (book.root / "book/untitled.md").write_text("No heading.\n")
    return book


@pytest.fixture(scope="module")
def said(book):
    ran = book.build()
    assert ran.returncode == 1
    return complaints(ran)


@pytest.mark.parametrize(
    ("name", "message"), [(name, what) for name, (_, what) in MISTAKES.items()]
)
def test_a_mistake_has_its_line(said, name, message):
    lines = [line for line in said if f" book/{name}.md" in line]

    assert any(line.startswith(f"bookbuild: book/{name}.md{message}") for line in lines)


def test_a_page_without_a_title_is_complained_of_once(book, said):
    log = (book.root / "_build/pages/build.log").read_text("utf8")

    assert log.count("untitled.md: WARNING") == 1
    assert "have a title" not in log


def test_a_dead_link_in_an_html_tag_has_its_line_and_costs_no_second_reading(book):
    book.chapter("one", 'Text, <img src="no.png"> and more.\n')
    book.contents("one")

    ran = book.build()

    assert ran.returncode == 1
    assert complaints(ran)[0] == (
        "bookbuild: book/one.md:14: the site has no no.png; a file of the book is "
        "copied if ![…](…) or […](…) names it, not if an HTML tag does"
    )
    assert ran.stdout.count("book/index") <= 1
