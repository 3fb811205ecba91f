"""Do pages come out right that are notebooks, and contents in forms other than ours?

Over 0.25 s: six builds, of pages with a kernel or none.
"""

import base64
import json
import re

import pytest

from tiny_book import TinyBook, cells, complaints, speak_portuguese, translate

DOTS = [base64.b64encode(f"dot {n}".encode()).decode() for n in range(3)]
CONTENTS = """\
format: jb-book
root: book/index.md
parts:
- chapters:
  - file: book/one.md
    title: The first
  - file: book/two.ipynb
  - glob: book/more/*
- caption: Elsewhere
  chapters:
  - url: https://example.org
    title: A site
"""
PORTUGUESE = {"The first": "O primeiro", "Elsewhere": "Noutro lugar"}
PORTUGUESE |= {"A site": "Um site", "Text.": "Texto."}


def attached(source, *, data, name="image.png"):
    """A Markdown cell with a picture, named as Jupyter names all that are pasted."""
    pictures = {name: {"image/png": data}}
    return {"cell_type": "markdown", "source": source, "attachments": pictures}


def code(source):
    return {"cell_type": "code", "source": source, "outputs": []}


def write_notebook(book, *given):
    """Write the page `two`, with these cells below its title."""
    title = {"cell_type": "markdown", "source": "# Two\n"}
    every = [
        {"id": f"c{n}", "metadata": {}} | cell for n, cell in enumerate((title, *given))
    ]
    for cell in every:
        cell |= {"execution_count": None} if cell["cell_type"] == "code" else {}
    kernel = {"name": "python3", "display_name": "Python 3"}
    text = {"cells": every, "metadata": {"kernelspec": kernel}}
    text |= {"nbformat": 4, "nbformat_minor": 5}
    (book.root / "book/two.ipynb").write_text(json.dumps(text))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book in two languages that was built once."""
    pages = {"one": "Text.\n\n" + cells("6 * 7")}
    book = TinyBook.make(tmp_path_factory.mktemp("book"), pages, runs_cells=True)
    (book.root / "_toc.yml").write_text(CONTENTS)
    (book.root / "book/more").mkdir()
    for name in ("a", "b"):
        (book.root / f"book/more/{name}.md").write_text(f"# More {name}\n")
    (book.root / "src/mylab.py").write_text("VALUE = 'first'\n")
    write_notebook(
        book,
        attached("![A dot](attachment:image.png)", data=DOTS[0]),
        attached("![](attachment:image.png)", data=DOTS[1]),
        attached('<img src="attachment:a%20b.png">', data=DOTS[2], name="a b.png"),
        code("from mylab import VALUE\nVALUE"),
    )
    speak_portuguese(book)
    assert book.bookbuild("translations").returncode == 0
    translate(book, PORTUGUESE)
    ran = book.build()
    assert (ran.returncode, ran.stderr) == (0, "")
    return book


def html(book, page, edition="en"):
    return (book.site / f"{edition}/book/{page}.html").read_text("utf8")


@pytest.mark.parametrize("edition", ["en", "pt-br"])
def test_pictures_that_are_attached_to_cells_are_shown(book, edition):
    found = re.findall(r"data:image/png;base64,(\w+=*)", html(book, "two", edition))

    assert [each for each in found if each in DOTS] == DOTS


def test_the_menu_has_the_pages_of_globs_and_links_to_sites(book):
    menu = html(book, "one").partition("<article")[0]

    for words in ("The first", "Two", "More a", "More b", "Elsewhere", "A site"):
        assert words in menu
    assert 'href="https://example.org"' in menu


def test_the_menu_is_translated_and_has_no_caption_where_there_is_none(book):
    menu = html(book, "one", "pt-br").partition("<article")[0]

    for words in ("O primeiro", "Noutro lugar", "Um site"):
        assert words in menu
    assert "Content-Type" not in menu
    assert len(re.findall('role="heading"', menu)) == 1


def test_a_changed_module_runs_a_notebook_again(book):
    (book.root / "src/mylab.py").write_text("VALUE = 'second'\n")

    ran = book.build()

    assert (ran.returncode, book.ran()) == (0, {"two"})
    assert "second" in html(book, "two")


@pytest.fixture(scope="module")
def broken(book):
    """The book with a notebook that has faults, and what a build says of it."""
    mistakes = attached("See {ref}`nothing`.\n\n![](attachment:gone.png)", data=DOTS[0])
    write_notebook(book, mistakes, code("1"))
    mistaken = book.build()
    write_notebook(book, code("1 + 1"), code("1 / 0"))
    return book, mistaken


def test_a_mistake_in_a_notebook_is_named_with_its_cell_and_line(broken):
    _, ran = broken

    assert ran.returncode == 1
    assert {*complaints(ran)[:2]} == {
        "bookbuild: book/two.ipynb: cell 2, line 1: nothing here is called nothing",
        "bookbuild: book/two.ipynb: cell 2, line 3: "
        "no picture gone.png is attached to this cell; put it there again",
    }


def test_one_page_alone_runs_no_notebook(broken):
    book, _ = broken

    ran = book.build("--only", "one")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "book/two not run\n" in ran.stdout


def test_a_notebook_alone_is_a_failure_if_a_cell_fails(broken):
    book, _ = broken

    ran = book.build("--only", "two.ipynb")

    assert ran.returncode == 1
    assert complaints(ran)[0] == (
        "bookbuild: book/two.ipynb: code cell 2 of 2 raised "
        "ZeroDivisionError: division by zero"
    )
