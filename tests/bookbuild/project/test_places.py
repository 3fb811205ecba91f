"""Is a place named so that an author finds it: a line, or a cell and its line?"""

import pytest

from bookbuild.project.places import place


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        ("book/one.md", 14, "book/one.md:14"),
        ("book/one.md", None, "book/one.md"),
        ("book/one.md", 20_004, "book/one.md:20004"),
        ("book/one.ipynb", 10_004, "book/one.ipynb: cell 1, line 3"),
        ("book/one.ipynb", 120_002, "book/one.ipynb: cell 12, line 1"),
        ("book/one.ipynb", 20_001, "book/one.ipynb: cell 2, line 1"),  # an output's
        ("book/one.ipynb", 1, "book/one.ipynb"),  # of its metadata
        ("book/one.ipynb", None, "book/one.ipynb"),
    ],
)
def test_a_place_is_a_line_or_a_cell(file, line, named):
    assert place(file, line) == named
