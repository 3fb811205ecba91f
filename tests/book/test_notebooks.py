"""Check that the book's notebooks equal its pages, and run without `bookbuild`.

The build has run the same cells, and let them import no more than a notebook can. So
the notebooks run only every week (over 0.25 s: minutes in all).
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

import nbformat
import pytest

from real_book import CHAPTERS, PAGES
from tiny_book import HERE, environment

EMPTY, FULL = "_notebooks", "_notebooks/with-outputs"
#: What is left if a role, a directive or a label is not understood.
MYST = ("{ref}", "{claim}", "{measured}", "{doc}", "{term}", ":::")
MYST += ("```{", "(one-program", "pending_xref", "<raw")
CODE_OR_FORMULA = re.compile(r"^```.*?^```|^\$\$.*?^\$\$", re.M | re.S)
CELL = re.compile(r"^```\{code-cell\}.*\n(?::\w+:.*\n)*((?:.*\n)*?)```$", re.M)
WORD = re.compile(r"[^\W\d_]+")
LIMIT = 120  # seconds a cell; the slowest takes some
RUN = "from nbclient.cli import main; main()"


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, site):
    """A chapter's notebooks: by edition and form."""
    return {
        (slug, folder): site.folder / slug / folder / f"{request.param}.ipynb"
        for slug in ("en", "pt-br")
        for folder in (EMPTY, FULL)
    }


def read(path):
    return nbformat.reads(path.read_text("utf8"), as_version=4)


def text(path):
    cells = read(path).cells
    return "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


def sentences(path):
    """The paragraphs of a notebook that are long enough to be in some language."""
    prose = CODE_OR_FORMULA.sub("", text(path))
    return {line for line in prose.splitlines() if len(WORD.findall(line)) > 8}


def code(path):
    """The chapter's own code, by the names of its cells."""
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    return {cell.id: cell.source for cell in cells if cell.id != "setup"}


def test_every_notebook_is_valid(chapter):
    for path in chapter.values():
        nbformat.validate(json.loads(path.read_text("utf8")))


def test_no_word_of_the_press_is_left_in_a_notebook(chapter):
    for path in chapter.values():
        assert [word for word in MYST if word in text(path)] == []


def test_every_notebook_of_a_chapter_has_the_same_code(chapter):
    first, *others = map(code, chapter.values())

    assert first
    assert all(each == first for each in others)


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_notebook_has_the_code_of_its_page(page, site):
    source = (HERE / f"{page}.md").read_text("utf8")
    notebook = site.folder / f"en/{EMPTY}/{page}.ipynb"

    assert list(code(notebook).values()) == [c.strip() for c in CELL.findall(source)]


def test_nothing_lies_beside_a_chapter_that_a_notebook_would_miss():
    paths = (path.relative_to(HERE) for path in (HERE / "book").rglob("*.*"))
    # Jupyter and editors leave files that have such names.
    files = {path for path in paths if not re.search(r"(^|/)\.|~$", path.as_posix())}

    others = files - {Path(f"{page}.md") for page in PAGES}
    assert {path.parent.as_posix() for path in others} == {"book/_static"}


def test_a_notebook_has_the_text_of_its_edition(chapter):
    english, portuguese = (sentences(chapter[slug, EMPTY]) for slug in ("en", "pt-br"))

    assert english
    assert english.isdisjoint(portuguese)


#: Set-up has installed the checkout: what readers don't have isn't found here, either.
NOT_INSTALLED = """\
import sys
from pathlib import Path
sys.path[:] = [path for path in sys.path if not Path(path, "bookbuild").is_dir()]
"""


@pytest.mark.weekly
def test_a_notebook_runs_to_its_end_where_only_the_package_is(chapter, tmp_path):
    copytree(
        HERE / "src/paralelo",
        tmp_path / "packages/paralelo",
        ignore=ignore_patterns("__pycache__"),
    )
    (tmp_path / "packages/sitecustomize.py").write_text(NOT_INSTALLED)
    notebook = Path(copy2(chapter["pt-br", EMPTY], tmp_path))
    alone = read(notebook)
    first = (
        "from importlib.util import find_spec\nassert find_spec('bookbuild') is None"
    )
    alone.cells.insert(0, nbformat.v4.new_code_cell(first))
    nbformat.write(alone, notebook)

    ran = subprocess.run(
        [sys.executable, "-c", RUN, f"--timeout={LIMIT}", str(notebook)],
        env=environment(PYTHONPATH=str(tmp_path / "packages")),
        cwd=tmp_path,
        capture_output=True,
        encoding="utf8",
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
