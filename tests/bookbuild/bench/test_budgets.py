"""Does the bench say what was measured, and whether a budget is kept?

What takes how long is not asserted here: it is what the bench is for.
"""

import json
import subprocess
from itertools import chain

import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbformat.v4 import new_code_cell, new_notebook

from bookbuild.bench import budgets, package_cost, synthetic, timed_builds
from bookbuild.bench.budgets import GROUPS, Row, allowed, repeated
from bookbuild.bench.noise import chosen
from bookbuild.bench.timed_builds import Built, Ours, Stock, check_all_ran, watched
from bookbuild.cli import main
from bookbuild.console import CommandError
from bookbuild.project.book import Book
from tiny_book import HERE


class Fake:
    """A book whose builds take as long as it is told, in turn."""

    def __init__(self, name, told, *seconds):
        self.root, self.told, self.seconds = name, told, iter(seconds)

    def build(self):
        self.told.append(f"build {self.root}")
        return Built(next(self.seconds), peak=1, ran={})


def edit(book, number):
    book.told.append(f"edit {book.root} {number}")


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (Row("", [5], "s", 5), True),
        (Row("", [5.001], "s", 5), False),
        (Row("", [5], "s"), True),
        (Row("", [0], "", 0), True),
        (Row("", [1], "", 0), False),
        (Row("", [5], "", 5, at_least=True), True),
        (Row("", [4], "", 5, at_least=True), False),
        (Row("", [4, 6], "s", 5), True),
    ],
)
def test_a_budget_is_kept_up_to_its_value(row, kept):
    assert row.kept == kept
    assert str(row).endswith("OVER") == (not kept)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (Row("build", [1.234, 2], "s", 5), "build 1.23 s 2.00 s ≤ 5 s"),
        (Row("build", [1234.5], "s", 14.25), "build 1,234.50 s ≤ 14.25 s OVER"),
        (Row("memory", [193.04], "MB"), "memory 193.0 MB"),
        (Row("pages", [3, 0], "", 0), "pages 3 0 ≤ 0 OVER"),
        (Row("held", [5500], "", 5000, at_least=True), "held 5,500 ≥ 5,000"),
    ],
)
def test_a_row_has_ours_and_stock_and_the_budget_in_its_unit(row, shown):
    assert " ".join(str(row).split()) == shown


def test_columns_stand_below_one_another():
    head = budgets._line("", "ours", "stock", "budget")
    row = str(Row("a", [1, 2], "s", 5))

    for name, value in (("ours", "1.00 s"), ("stock", "2.00 s"), ("budget", "≤ 5 s")):
        assert head.index(name) + len(name) == row.index(value) + len(value)


def test_a_clean_build_may_take_a_quarter_of_a_second_a_page_and_its_cells():
    rows = list(budgets._clean("", [Built(100, 10**9, {"a": 60, "b": 20})], pages=4))

    assert [(row.values, row.budget) for row in rows] == [
        ([100], 80 + allowed(4)),
        ([20], 13),
        ([1000], budgets.MEMORY),
    ]


def test_both_are_built_in_turn_and_the_median_is_told():
    told = []
    books = [Fake("ours", told, 1, 9, 2), Fake("stock", told, 4, 3, 8)]

    seconds, ran = repeated("nothing changed", books, edit, 5)

    in_turn = [
        [f"edit {name} {number}", f"build {name}"]
        for number in range(3)
        for name in ("ours", "stock")
    ]
    assert told == list(chain.from_iterable(in_turn))
    assert (seconds.values, seconds.budget) == ([2, 4], 5)
    assert (ran.values, ran.budget) == ([0, 0], 0)


def test_one_book_alone_has_no_stock_number():
    seconds, _ran = repeated("nothing changed", [Fake("ours", [], 3, 1, 2)], edit, 5)

    assert seconds.values == [2]


def test_a_build_that_left_cells_out_is_not_compared():
    with pytest.raises(CommandError, match="ran the cells of 1 chapters, not of 2"):
        check_all_ran([Built(1, 1, {"a": 1, "b": 1}), Built(1, 1, {"a": 1})], 2)


@pytest.mark.parametrize(("value", "status"), [(5, 0), (6, 1)])
def test_the_exit_status_says_whether_all_budgets_are_kept(value, status, monkeypatch):
    monkeypatch.setitem(GROUPS, "real", [lambda *_: [Row("", [value], "s", 5)]])

    assert budgets.bench(Book(HERE), only=["real"]) == status


def test_what_can_not_be_measured_is_one_line_and_the_rest_goes_on(monkeypatch, capsys):
    def stopped(*_):
        yield Row("before", [1], "s", 5)
        raise CommandError("the build failed")

    parts = [stopped, lambda *_: [Row("after", [1], "s", 5)]]
    monkeypatch.setitem(GROUPS, "growth", parts)

    assert budgets.bench(Book(HERE), only=["growth"]) == 1
    said = capsys.readouterr()
    _head, before, after = said.out.splitlines()
    assert (before[:6], after[:5]) == ("before", "after")
    assert said.err == "bookbuild: the build failed\n"


def test_only_the_groups_and_sizes_that_were_asked_for_are_measured(
    monkeypatch, capsys
):
    asked = []
    for name in GROUPS:
        monkeypatch.setitem(
            GROUPS,
            name,
            [lambda _root, sizes, name=name: asked.append((name, sizes)) or ()],
        )

    assert main(["bench", "--only", "growth", "real", "--chapters", "3", "20"]) == 0
    assert asked == [("growth", [3, 20]), ("real", [3, 20])]
    assert capsys.readouterr().out.split() == ["ours", "stock", "budget"]


def test_a_group_that_there_is_not_is_one_line(capsys):
    assert main(["bench", "--only", "reel"]) == 1

    known = "package, real, growth, clicks, pages"
    line = f"bookbuild: no group named 'reel'; there are: {known}\n"
    assert capsys.readouterr().err == line


@pytest.mark.parametrize("sizes", ["0", "ten", "10,", "-1"])
def test_a_book_without_chapters_is_refused(sizes, capsys):
    with pytest.raises(SystemExit):
        main(["bench", f"--chapters={sizes}"])

    assert "a book has 1 chapter or more, not '" in capsys.readouterr().err


def test_a_site_whose_pages_have_no_python_is_one_line(tmp_path):
    (tmp_path / "_build/site").mkdir(parents=True)
    (tmp_path / "_build/site/manifest.json").write_text("{}")
    clicks, _saves = GROUPS["clicks"]

    with pytest.raises(CommandError, match="pages have no Python"):
        next(clicks(tmp_path, ()))


def test_nothing_chosen_means_all():
    assert chosen("thing", [], {"a": 1, "b": 2}) == ["a", "b"]


def test_the_sentence_is_put_below_the_title_each_time(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(synthetic.chapter(1))

    for number in range(2):
        Stock(tmp_path).change_prose("page", number)

    title, _, later, _, earlier = page.read_text().splitlines()[12:17]
    assert title.startswith("# ")
    assert later.endswith("changed: 1.")
    assert earlier.endswith("changed: 0.")


def test_a_page_without_a_title_is_one_line(tmp_path):
    (tmp_path / "page.md").write_text("No title.\n")

    with pytest.raises(CommandError, match=r"page\.md has no title"):
        Stock(tmp_path).change_prose("page", 1)


def test_a_build_that_fails_is_one_line_with_its_reason(tmp_path):
    arguments = ["-c", "import sys; sys.exit('bookbuild: that is why')"]

    with pytest.raises(CommandError) as stopped:
        watched(arguments, tmp_path)

    assert str(stopped.value) == ("the measured build failed: that is why")


def test_a_package_that_can_not_be_measured_is_one_line(monkeypatch):
    monkeypatch.setattr(package_cost, "IMPORT", "import nothing_of_this_name")

    with pytest.raises(CommandError, match=r"^the paralelo package can't be "):
        package_cost.import_time()


@pytest.fixture
def builds(monkeypatch):
    """Lets a build of a book be what is given here: it lasts a second, and takes 9."""

    def told(build):
        monkeypatch.setattr(
            timed_builds, "watched", lambda *_: [build(), (1.0, 9)].pop()
        )

    return told


def test_the_pages_whose_cells_ran_are_those_that_the_manifest_names(tmp_path, builds):
    pages = {
        "ran": {"cells": 2, "from_cache": False, "seconds": 0.5},
        "kept": {"cells": 2, "from_cache": True, "seconds": 0.5},
        "text": {"cells": 0, "from_cache": False, "seconds": 0.0},
    }
    book = Ours(tmp_path)
    book.site.mkdir(parents=True)
    manifest = book.site.with_name("manifest.json")
    builds(lambda: manifest.write_text(json.dumps({"pages": pages})))

    assert book.build() == Built(1.0, 9, {"ran": 0.5})


def test_the_pages_whose_cells_stock_ran_are_those_that_are_new_in_its_cache(
    tmp_path, builds
):
    def run(page):
        notebook = new_notebook(cells=[new_code_cell(page)])
        data = {"execution_seconds": 0.5}
        bundle = CacheBundleIn(notebook, str(tmp_path / f"{page}.md"), data=data)
        cache = get_cache(tmp_path / "_build/.jupyter_cache")
        cache.cache_notebook_bundle(bundle, check_validity=False)

    run("before")
    builds(lambda: run("now"))

    assert Stock(tmp_path).build() == Built(1.0, 9, {"now": 0.5})


def test_stock_has_run_nothing_before_its_first_build(tmp_path):
    assert Stock(tmp_path)._executed() == {}


def counts(rows):
    """The rows that count pages."""
    return [row.values for row in rows if not row.unit]


# Slow, as it really builds two books of two chapters, three times each.
@pytest.mark.weekly
def test_a_book_is_built_by_the_press_and_by_jupyter_book(monkeypatch):
    monkeypatch.setattr(budgets, "REPEATS", 1)

    rows = list(budgets._growth(HERE, [2]))

    assert counts(rows) == [[0, 0], [0, 0]]
    assert all(row.values[1] > 0 for row in rows if row.unit)


# Slow, as it builds a book of two chapters three times.
@pytest.mark.weekly
def test_a_copy_of_the_book_is_built_and_built_again(tmp_path, monkeypatch):
    monkeypatch.setattr(budgets, "REPEATS", 1)
    synthetic.make(HERE, tmp_path, chapters=2)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)

    rows = list(budgets._real(tmp_path, []))

    cells = [row.what for row in rows if row.what.startswith("cells of ")]
    assert cells == [f"cells of {synthetic.name(number)}" for number in (1, 2)]
    assert counts(rows) == [[0], [0]]
