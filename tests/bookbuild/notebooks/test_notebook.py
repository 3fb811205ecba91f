"""Can a page be downloaded as a notebook, which says in plain Markdown what it says?

Over 0.25 s: a small book is built in two languages, with a repository and without.
"""

import subprocess
from zipfile import ZipFile

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from bookbuild.web.links import target
from page_tags import links
from tiny_book import TinyBook, cells, speak_portuguese, translate

ADDRESS = "https://example.org/tiny/"
REPOSITORY = "https://github.com/someone/a-book"
WHEEL = "paralelo-0-py3-none-any.whl"  # the book has no pyproject.toml at first
CLONED = "em_paralelo-0.1.0-py3-none-any.whl"
EMPTY, FULL = "_notebooks/book", "_notebooks/with-outputs/book"
CHAPTER = (
    """\
(one)=
A sentence, and {ref}`a section <one-deep>`, {ref}`another page <two>`.

```{code-cell} ipython3
from paralelo import check
6 * 7
```

```{code-cell} ipython3
:tags: [remove-cell]
hidden = 42
```

(one-deep)=
## How deep is it?

:::{admonition} Exercise
:class: exercise
Find out.
:::

:::{dropdown} Solution
It is *so*.
:::

```{code-cell} ipython3
check("forty-two", hidden, equals=42)
```

:::{claim} forty-two
Six times seven is {measured}`forty-two`.
:::
"""
    + cells("from paralelo.translatable import metadata, message")
    + cells(
        """\
class Word:
    def _repr_mimebundle_(self, **_):
        return {"text/html": "<p>all</p>"}, metadata([message("all")])

Word()"""
    )
)
TWO = "(two)=\nNo cell, and no notebook.\n\n```{notebooks}\n```\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), {"one": CHAPTER, "two": TWO})
    speak_portuguese(book)
    translations = book.bookbuild("translations")
    assert translations.returncode == 0, translations.stderr
    translate(book, {"Find out.": "Descubra.", "Exercise": "Exercício"})
    ran = book.build("--strict")
    assert ran.returncode == 0, ran.stderr
    return book


def notebook(book, folder, slug="en", page="one"):
    """A notebook of the site, which Jupyter could open."""
    path = book.site / slug / folder / f"{page}.ipynb"
    found = nbformat.reads(path.read_text("utf8"), as_version=4)
    nbformat.validate(found)
    return found


def code(found):
    """The code of a notebook's cells, by their names."""
    return {cell.id: cell.source for cell in found.cells if cell.cell_type == "code"}


def text(found):
    """The text of a notebook."""
    return "\n\n".join(
        cell.source for cell in found.cells if cell.cell_type == "markdown"
    )


def test_a_page_with_cells_offers_two_notebooks(book):
    offered = {target("en/book/one.html", link)[0] for link in links(book.page("one"))}

    assert {f"en/{EMPTY}/one.ipynb", f"en/{FULL}/one.ipynb"} <= offered


def test_a_page_without_cells_offers_none(book):
    assert "two.ipynb" not in book.page("two")
    assert not (book.site / f"en/{EMPTY}/two.ipynb").exists()


@pytest.mark.parametrize("slug", ["en", "pt-br"])
def test_text_and_cells_are_in_the_order_of_the_page(book, slug):
    names = [cell.id for cell in notebook(book, EMPTY, slug).cells]

    assert [name for name in names if not name.startswith("text")] == [
        *("about", "setup", "cell-1", "hidden-2", "cell-2", "cell-3", "cell-4")
    ]
    assert [name.partition("-")[0] for name in names[:5]] == [
        *("about", "setup", "text", "cell", "text")
    ]


def test_a_cell_that_the_page_hides_is_there(book):
    assert code(notebook(book, EMPTY))["hidden-2"] == "hidden = 42"


def test_both_editions_have_the_same_code(book):
    english, portuguese = (code(notebook(book, EMPTY, s)) for s in ("en", "pt-br"))

    del english["setup"], portuguese["setup"]  # what it says is in their language
    assert english == portuguese


def test_both_forms_differ_in_outputs_only(book):
    empty, full = notebook(book, EMPTY), notebook(book, FULL)

    assert code(empty) == code(full)
    assert text(empty) == text(full)


def test_one_has_outputs_and_the_other_has_none(book):
    empty, full = (
        {cell.id: cell for cell in notebook(book, folder).cells}
        for folder in (EMPTY, FULL)
    )

    assert empty["cell-1"].outputs == []
    assert empty["cell-1"].execution_count is None
    assert full["cell-1"].outputs[0].data["text/plain"] == "42"
    assert full["cell-1"].execution_count == 1


def test_its_text_is_in_the_language_of_the_edition(book):
    assert "> **Exercise**\n>\n> Find out." in text(notebook(book, EMPTY))
    assert "> **Exercício**\n>\n> Descubra." in text(notebook(book, EMPTY, "pt-br"))


def test_outputs_say_it_in_the_language_of_the_edition(book):
    said = [
        next(cell for cell in notebook(book, FULL, slug).cells if cell.id == "cell-4")
        for slug in ("en", "pt-br")
    ]

    assert [cell.outputs[0].data["text/html"] for cell in said] == [
        "<p>all</p>",
        "<p>tudo</p>",
    ]


def test_a_claim_comes_with_its_verdict_and_a_value_is_there(book):
    assert ("> Six times seven is 42.\n>\n> **✓ Checked in this build**") in text(
        notebook(book, EMPTY)
    )


def test_nothing_of_what_only_the_press_understands_is_left(book):
    for word in ("{ref}", "{claim}", "{measured}", ":::", "```{", "(one-deep)="):
        assert word not in text(notebook(book, EMPTY))


def test_a_link_within_the_page_leads_there_as_jupyter_names_headings(book):
    assert "[a section](#How-deep-is-it%3F)" in text(notebook(book, EMPTY))


def test_a_link_to_another_page_is_text_where_the_site_has_no_address(book):
    assert "another page." in text(notebook(book, EMPTY))


class Shell:
    """A kernel's shell in `folder`, where pip installs from `good` places only."""

    def __init__(self, folder, good=(), installed=False):
        self.folder, self.good, self.installed = folder, good, installed
        self.tried = []

    def run(self, source, monkeypatch):
        """Run a cell; return from where pip was asked to install."""
        monkeypatch.chdir(self.folder)
        monkeypatch.setattr(
            "importlib.util.find_spec", lambda _: self.installed or None
        )
        self.names = {"get_ipython": lambda: self}
        exec(TransformerManager().transform_cell(source), self.names)
        return self.tried

    def run_line_magic(self, name, line):
        place = line.format(**self.names)  # as IPython does
        self.tried.append(place)
        self.installed = any(f'"{each}"' in place for each in self.good)


def test_the_first_cell_does_nothing_if_the_package_is_there(
    book, tmp_path, monkeypatch
):
    setup = code(notebook(book, EMPTY))["setup"]

    assert Shell(tmp_path, installed=True).run(setup, monkeypatch) == []


@pytest.mark.parametrize("where", [".", ".."])
def test_the_first_cell_installs_the_wheel_beside_it_or_at_the_top_of_the_zip(
    where, book, tmp_path, monkeypatch
):
    setup, folder = code(notebook(book, EMPTY))["setup"], tmp_path / "book"
    folder.mkdir()
    (folder / where / WHEEL).touch()
    place = {".": WHEEL, "..": f"../{WHEEL}"}[where]

    tried = Shell(folder, [place]).run(setup, monkeypatch)

    assert tried == [f'install --quiet "{place}"']


def test_where_it_cannot_be_had_the_first_cell_says_what_to_do(
    book, tmp_path, monkeypatch
):
    setup = code(notebook(book, EMPTY, "pt-br"))["setup"]

    with pytest.raises(ModuleNotFoundError) as raised:
        Shell(tmp_path).run(setup, monkeypatch)

    said = str(raised.value)
    assert said.startswith(f"o paralelo não está instalado: tire {WHEEL} do zip")
    assert "\n" not in said


def test_all_of_an_edition_are_in_one_file_and_a_page_leads_to_it(book):
    with ZipFile(book.site / "en/tiny-notebooks.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}

    assert list(found) == [
        "tiny-notebooks/README.md",
        f"tiny-notebooks/{WHEEL}",
        "tiny-notebooks/book/one.ipynb",
    ]
    assert found[f"tiny-notebooks/{WHEEL}"] == (book.site / WHEEL).read_bytes()
    made = book.site / f"en/{EMPTY}/one.ipynb"
    assert found["tiny-notebooks/book/one.ipynb"] == made.read_bytes()
    offered = {target("en/book/two.html", link)[0] for link in links(book.page("two"))}
    assert "en/tiny-notebooks.zip" in offered


def test_the_file_says_in_its_language_what_it_is(book):
    with ZipFile(book.site / "pt-br/tiny-notebooks.zip") as archive:
        readme = archive.read("tiny-notebooks/README.md").decode()

    assert readme.startswith("# Tiny: os notebooks\n")
    assert "](book/one.ipynb)" in readme


# Last, since the book is no longer the same.


@pytest.fixture(scope="module")
def published(book):
    """The same book where its repository and its address are known."""
    book.clone()
    subprocess.run(
        ["git", "remote", "add", "origin", f"{REPOSITORY}.git"],
        cwd=book.root,
        check=True,
    )
    ran = book.build(BOOK_ADDRESS=ADDRESS)
    assert ran.returncode == 0, ran.stderr
    return book


def test_away_from_its_zip_the_first_cell_asks_the_site_and_then_the_repository(
    published, tmp_path, monkeypatch
):
    setup = code(notebook(published, EMPTY))["setup"]
    site, repository = f"{ADDRESS}{CLONED}", f"git+{REPOSITORY}@main"

    tried = Shell(tmp_path, [repository]).run(setup, monkeypatch)

    assert tried == [f'install --quiet "{place}"' for place in (site, repository)]
    assert (published.site / CLONED).is_file()


def test_links_lead_to_the_site_where_it_has_an_address(published):
    assert f"[another page]({ADDRESS}en/book/two.html#two)" in text(
        notebook(published, EMPTY)
    )


def test_nothing_else_is_published_as_a_notebook(published):
    assert list((published.site / "en/_sources").rglob("*.ipynb")) == []


def test_notebooks_of_a_page_that_is_gone_are_gone(published):
    published.contents("two")

    ran = published.build(BOOK_ADDRESS=ADDRESS)

    assert ran.returncode == 0, ran.stderr
    assert list(published.site.rglob("*.ipynb")) == []
    with ZipFile(published.site / "en/tiny-notebooks.zip") as archive:
        assert archive.namelist() == [
            "tiny-notebooks/README.md",
            f"tiny-notebooks/{CLONED}",
        ]
