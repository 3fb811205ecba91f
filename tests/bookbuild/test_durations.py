"""Does the end of a run say which tests and folders took long?"""

from types import SimpleNamespace

from durations import BUDGETS, summary


def took(test, seconds):
    return SimpleNamespace(nodeid=f"tests/{test}", duration=seconds)


def test_the_parts_of_a_test_are_added_up_and_the_slowest_is_first():
    _, first, second, folders = summary(
        [took("book/a.py::b", 1), took("builds/c.py::d", 2), took("book/a.py::b", 3)]
    )

    assert first.split() == ["4.0", "s", "tests/book/a.py::b"]
    assert second.split() == ["2.0", "s", "tests/builds/c.py::d"]
    assert folders == "seconds by folder: book 4, builds 2"


def test_a_folder_that_takes_longer_than_its_budget_gets_a_warning():
    *_, warning = summary([took("builds/c.py::d", BUDGETS["builds"] + 1)])

    assert warning.startswith("warning: tests/builds took")
