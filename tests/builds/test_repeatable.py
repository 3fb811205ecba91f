"""Do two clean builds of the same sources differ in nothing but when they were made?

Two builds, a kernel each: some seconds.
"""

import json
import re
import shutil

import pytest

from tiny_book import TinyBook, cells

PAGE = (
    cells("numbers = {3, 1, 2}\nsum(numbers)", "print('a line')\n6 * 7")
    + cells("from paralelo import check\ncheck('forty-two', 6 * 7, equals=42)")
    + "```{claim} forty-two\nSix times seven is $42$; see {measured}`forty-two`.\n```\n"
)
WHEN = re.compile(rb'"(date|load|seconds)": [^,\n]*')


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    book = TinyBook.make(
        tmp_path_factory.mktemp("book"),
        {"one": PAGE, "ledger": "```{ledger}\n```\n"},
        runs_cells=True,
    )
    found = []
    for _ in range(2):
        shutil.rmtree(book.root / "_build", ignore_errors=True)
        assert book.build().returncode == 0
        files = (path for path in book.site.rglob("*") if path.is_file())
        found.append({p.relative_to(book.site).as_posix(): _read(p) for p in files})
    return found


def _read(path):
    return WHEN.sub(rb"\1", path.read_bytes())


def test_two_clean_builds_have_the_same_files(builds):
    first, second = builds

    assert first.keys() == second.keys()


def test_two_clean_builds_differ_only_in_dates_and_seconds(builds):
    first, second = builds

    assert [name for name in first if first[name] != second[name]] == []


def test_the_cells_of_a_notebook_have_names_that_stay(builds):
    notebook = json.loads(builds[0]["en/_notebooks/book/one.ipynb"])

    names = [cell["id"] for cell in notebook["cells"] if cell["cell_type"] == "code"]

    assert names == ["setup", "cell-1", "cell-2", "cell-3"]
