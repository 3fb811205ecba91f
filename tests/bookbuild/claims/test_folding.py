"""Is the cell that checks a claim in the claim's box, and elsewhere in its place?

Over 0.25 s: a book is built, and looked at as a page, as a notebook and as a sheet.
"""

import json
import re

import pytest
from bs4 import BeautifulSoup

from bookbuild.site.pdf import printable
from tiny_book import TinyBook, cells, statement

HIDDEN = """```{code-cell} ipython3
:tags: [hide-input]
print("checked")
control = check("control", lower_bound(1.71, "cores"), at_least=1.1)
control
```

:::{claim} control
Two processes use two cores.
:::

"""
ONE = (
    "(one)=\n## Cells\n\n"
    + cells("from paralelo import check, lower_bound", "shown = [1, 2]\nshown")
    + statement("one-two", "shown, equals=[1, 2]", "It is *one*, two.")
    + HIDDEN
    + cells('check("minor", lower_bound(1.0), at_most=1.1, requires_claim=control)')
    + ":::{claim} minor\n:minor:\nSee {ref}`the cells <one>`: it is one.\n:::\n\n"
    + cells('check("minor-too", 1, equals=2)')
    + ":::{claim} minor-too\n:minor:\nIt is two.\n:::\n"
)
PAGES = {"one": ONE, "ledger": "(measuring-claims)=\n## Checks\n\n```{ledger}\n```\n"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("folding") / "book", PAGES)
    ran = book.build()
    assert ran.returncode == 0, ran.stderr
    return book


@pytest.fixture(scope="module")
def page(book):
    return BeautifulSoup(book.page("one"), "html.parser").article


def claim(page, name):
    return page.select_one(f"#claim-{name}")


def facts(page, name):
    """What stands below the cell, by label."""
    listed = claim(page, name).select_one(".facts")
    labels = [term.get_text() for term in listed.select("dt")]
    texts = [text.get_text().strip() for text in listed.select("dd")]
    return dict(zip(labels, texts, strict=True))


def test_a_cell_that_checks_a_claim_is_in_its_box_and_nowhere_else(page):
    assert [cell["id"] for cell in page.select(".cell")] == [
        f"cell-{number}" for number in range(1, 7)
    ]
    assert [cell["id"] for cell in page.select(".claim .cell")] == [
        *("cell-3", "cell-4", "cell-5", "cell-6")
    ]
    assert page.select_one("#cell-3").find_parent(id="claim-one-two")


def test_the_box_is_closed_and_says_what_is_in_it(page):
    [details] = claim(page, "one-two").select("details")

    assert "open" not in details.attrs
    assert details.summary.get_text() == "How was this checked?"
    assert details.find(class_="cell")


def test_in_the_box_a_cell_is_not_hidden_once_more(page):
    cell = page.select_one("#cell-4")

    assert cell.select("details") == []
    assert "checked" in cell.select_one(".cell_output").get_text()


def test_the_box_says_how_it_was_checked(page):
    found = facts(page, "control")

    assert re.fullmatch(r"CPython [\w.+]+, (with|no) GIL", found.pop("Interpreter"))
    assert re.fullmatch(r".+, \d+ cores?", found.pop("Machine"))
    assert found == {
        "Evidence": "1.71 cores (a busy machine can only lower it)",
        "Needs": "at least 1.1",
        "Name": "control",
        "More": "this claim in the ledger · how this book checks itself",
    }


def test_its_links_lead_to_the_control_the_ledger_and_the_explanation(book, page):
    links = [link["href"] for link in claim(page, "minor").select(".facts a")]

    assert links == [
        "#claim-control",
        "#claim-minor",
        "ledger.html#ledger-minor",
        "ledger.html#measuring-claims",
    ]
    assert '"ledger-minor"' in book.page("ledger")


def test_a_minor_claim_is_a_closed_line_with_its_outcome(page):
    lines = {
        name: claim(page, name).select_one("summary").get_text()
        for name in ("minor", "minor-too")
    }

    assert lines == {
        "minor": "✓ Also checked: See the cells: it is one.",
        "minor-too": "✗ Not true on this machine: It is two.",
    }
    for name in lines:
        assert claim(page, name).name == "details"
        assert "open" not in claim(page, name).attrs
        assert claim(page, name).select(".verdict, details") == []


def test_a_line_that_opens_has_no_link_in_it(page):
    assert page.select("summary a") == []


def test_the_ledger_and_the_file_for_programs_say_which_claims_are_minor(book):
    ledger = BeautifulSoup(book.page("ledger"), "html.parser")
    listed = json.loads((book.site / "claims.json").read_text("utf8"))

    assert [each["id"] for each in listed if each["minor"]] == ["minor", "minor-too"]
    rows = ledger.select("tr[id]")
    marked = [row["id"] for row in rows if "· minor" in row.get_text()]
    assert marked == ["ledger-minor", "ledger-minor-too"]


def test_in_the_ledger_links_of_a_sentence_lead_to_its_page(book):
    row = BeautifulSoup(book.page("ledger"), "html.parser").select_one("#ledger-minor")

    assert [link["href"] for link in row.select("a")] == [
        "one.html#one",
        "one.html#claim-minor",
    ]


def test_a_notebook_has_the_cell_in_its_place_and_no_facts(book):
    path = book.site / "en/_notebooks/book/one.ipynb"
    made = json.loads(path.read_text("utf8"))["cells"]

    ids = [cell["id"] for cell in made if cell["cell_type"] == "code"]
    text = "\n".join("".join(cell["source"]) for cell in made)
    assert ids == ["setup", *(f"cell-{number}" for number in range(1, 7))]
    assert text.index('check("one-two"') < text.index("> It is *one*, two.")
    assert "> **✓ Checked in this build**: 1.71 cores (needs at least 1.1)" in text
    assert "> **✓ Also checked:** See [the cells]" in text
    assert "Evidence" not in text
    assert "How was this checked" not in text


def test_on_paper_the_cell_is_in_its_place_and_the_box_has_no_facts(book):
    sheet = printable(book.page("one"), "book/one", ["book/one"])

    assert sheet.select("details, summary, .facts, .claim .cell") == []
    boxes = sheet.select(".claim")
    before = [box.find_previous_sibling()["id"].rpartition("--")[2] for box in boxes]
    assert before == ["cell-3", "cell-4", "cell-5", "cell-6"]
    assert boxes[2].p.get_text() == "✓ Also checked: See the cells: it is one."
