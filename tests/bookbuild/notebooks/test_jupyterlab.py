"""Does a chapter say in JupyterLab what its page says? Read as text; nothing runs."""

import re
from pathlib import Path
from shutil import copytree
from textwrap import dedent

import pytest
from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

from bookbuild.checks.binder import chapters
from bookbuild.notebooks.jupyterlab import (
    INCLUDED,
    KERNEL,
    OPTION,
    Place,
    excerpt,
    rewrite,
    rewritten,
)
from bookbuild.project.book import Book
from tiny_book import HERE

PAGE, OTHER, STILL = (
    Path("book/one.md"),
    Path("book/deep/two.md"),
    Path("book/terms.md"),
)
PLACES = {
    "one": Place(PAGE, "The first"),
    "two": Place(OTHER, "The second"),
    "terms": Place(STILL, "The words"),
}
#: What jupyterlab-myst was seen to show.
SHOWN = {"admonition", "code-cell", "dropdown"}


def said(text, page=PAGE):
    return rewritten(text, page, PLACES, {PAGE, OTHER})


def test_a_claim_is_a_box_with_its_sentence():
    claim = ":::{claim} waits-overlap\nWaits overlap.\n:::\n"

    assert said(claim) == ":::{admonition} Claim\nWaits overlap.\n:::\n"


def test_a_measured_number_is_looked_up_in_the_output():
    assert said("It saw {measured}`one` of them.") == (
        "It saw … (in the output above) of them."
    )


@pytest.mark.parametrize(
    ("page", "written", "seen"),
    [
        (PAGE, "{ref}`two`", "[The second](deep/two.md)"),
        (OTHER, "{ref}`one`", "[The first](../one.md)"),
        (PAGE, "{ref}`go on <two>`", "[go on](deep/two.md)"),
        (PAGE, "{ref}`one`", "{ref}`one`"),  # JupyterLab finds it in the notebook
        (PAGE, "{ref}`terms`", "*The words*"),  # a page that cannot be run
    ],
)
def test_a_reference_leads_to_the_other_notebook_if_there_is_one(page, written, seen):
    assert said(written, page) == seen


def test_only_a_page_whose_header_names_a_kernel_is_a_notebook():
    assert KERNEL.match("---\njupytext:\n  a: b\nkernelspec:\n  name: python3\n---\n")
    assert not KERNEL.match("---\ntitle: Words\n---\n\nIt begins with\n\nkernelspec:\n")


def test_what_a_box_without_a_look_contains_stays():
    assert said(":::{container} start\nBegin.\n:::\nMore.") == "Begin.\n\nMore."


def inclusions():
    for file in chapters(Book(HERE)):
        for found in INCLUDED.finditer((HERE / file).read_text("utf8")):
            source = (HERE / file).parent / found["file"]
            yield pytest.param(source, found["options"], id=f"{file}:{found.start()}")


@pytest.mark.parametrize(("source", "options"), list(inclusions()))
def test_shown_code_is_what_sphinx_would_show(source, options):
    given = dict(OPTION.findall(options))

    found = excerpt(source.read_text("utf8"), given)

    quoted = {name: re.sub(r"^(['\"])(.*)\1$", r"\2", v) for name, v in given.items()}
    expected, _lines = LiteralIncludeReader(str(source), quoted, Config()).read()
    assert found == dedent(expected).strip("\n")
    assert found


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The book's chapters in the words for JupyterLab, by file."""
    root = tmp_path_factory.mktemp("book")
    for name in ("book", "src"):
        copytree(HERE / name, root / name)
    rewrite(root / "book")
    return {file: (root / file).read_text("utf8") for file in chapters(Book(HERE))}


def test_no_directive_is_left_that_jupyterlab_does_not_show(book):
    used = re.findall(r"^[:`]{3,}\{([\w-]+)\}", "\n".join(book.values()), re.M)

    assert set(used) <= SHOWN


def test_the_only_roles_left_are_references_within_the_page(book):
    for file, text in book.items():
        outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        for role, label in re.findall(r"\{([a-z:]+)\}`([^`]*)`", outside):
            assert (role, f"({label})=" in text) == ("ref", True), file


def test_every_link_to_a_notebook_finds_it(book):
    for file, text in book.items():
        for link in re.findall(r"\]\(([^)#]+\.md)\)", text):
            assert (HERE / file).parent.joinpath(link).exists(), file


def test_cells_stay_as_they_are(book):
    cell = re.compile(r"^```\{code-cell\}.*?^```", re.M | re.S)

    for file, text in book.items():
        assert cell.findall(text) == cell.findall((HERE / file).read_text("utf8"))
