"""Say at the end of a run which tests took longest, and how long each folder took."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

SLOWEST = 10
BUDGETS = {  # seconds of all tests in a folder, two processes on two idle cores
    "book": 70,
    "bookbuild": 400,
    "browser": 320,
    "builds": 170,
    "paralelo": 40,
}


def summary(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Yield the lines about these reports of tests, of which each has up to three."""
    tests, folders = Counter[str](), Counter[str]()
    for report in reports:
        tests[report.nodeid] += report.duration
        folders[report.nodeid.split("/")[1]] += report.duration
    yield f"the {SLOWEST} slowest tests:"
    yield from (
        f"{seconds:6.1f} s  {test}" for test, seconds in tests.most_common(SLOWEST)
    )
    taken = (f"{folder} {seconds:.0f}" for folder, seconds in folders.most_common())
    yield f"seconds by folder: {', '.join(taken)}"
    for folder, seconds in folders.items():
        if seconds > (budget := BUDGETS.get(folder, 0)):
            message = f"tests/{folder} took {seconds:.0f} s; its budget is {budget} s"
            yield f"warning: {message} (on an idle machine)"
