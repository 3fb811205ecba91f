"""Is a fence that's never closed named by the line that opens it?"""

import pytest

from bookbuild.build.fences import unclosed
from bookbuild.build.preflight import problems
from bookbuild.project.book import Book
from tiny_book import HEADER

CELL = "```{code-cell} ipython3\n1\n```\n"
BOX = ":::{claim} one\nTrue.\n:::\n"

CLOSED = {
    "a page without fences": "# A page\n\nA sentence.",
    "cells and boxes": f"{CELL}\n{BOX}\n{CELL}",
    "no line below the last one": f"# A page\n\n{CELL}".rstrip(),
    "a box in a longer one": f"::::{{note}}\n{BOX}::::\n{CELL}",
    "a cell in a box": f":::{{note}}\n{CELL}:::\n",
    "an example of Markdown": f"````md\n{CELL}:::{{claim}} open\n````\n",
    "a longer end": ":::{note}\nText.\n:::::\n",
    "tildes": "~~~python\n```\n~~~\n",
    "an item of a list": "- Text:\n\n  ```python\n  1\n  ```\n\nMore.\n",
    "a quotation": "> ```python\n> 1\n> ```\n",
    "code that looks like a box": "```python\nx[:::2]\n:::\n```\n",
    "a comment": "<!--\n```\n-->\n\nText.\n",
    "an indented block": "Text.\n\n    ```\n",
    "an empty one": "```{ledger}\n```\n",
    "inline code in a sentence": "It begins with\n``` `` ``` and goes on.\n",
}
OPEN = {
    "a cell, before a box": (
        f"Text.\n\n```{{code-cell}} ipython3\n1\n\n{BOX}\n{CELL}",
        "3: this ``` is never closed: line 10 opens another, which only ```` could "
        "contain",
    ),
    "the last cell": ("Text.\n\n```{code-cell}\n1\n", "3: this ``` is never closed"),
    "included code": (
        "```{literalinclude} a.py\n:pyobject: A\n\nText.\n",
        "1: this ``` is never closed",
    ),
    "a box, before a cell": (
        f"Text.\n\n:::{{claim}} one\nTrue.\n\n{CELL}",
        "3: this ::: is never closed",
    ),
    "a box, before the next one": (
        f":::{{claim}} one\nTrue.\n\n{CELL}\n{BOX}",
        "1: this ::: is never closed: line 8 opens another, which only :::: could "
        "contain",
    ),
    "a box in a box of as many colons": (
        f":::{{note}}\n{BOX}:::\n",
        "1: this ::: is never closed: line 2 opens another, which only :::: could "
        "contain",
    ),
    "a box in a longer one": (
        "Text.\n\n::::{note}\n\n:::{claim} one\nTrue.\n::::\n",
        "5: this ::: is never closed",
    ),
    "included code in a box": (
        f"{BOX}\n:::{{dropdown}} Solution\n```{{literalinclude}} a.py\nSo.\n:::\n",
        "6: this ``` is never closed",
    ),
    "an end that's too short": (
        f"::::{{note}}\nText.\n:::\n\n{CELL}",
        "1: this :::: is never closed",
    ),
    "an end too many": (
        f"{BOX}:::\n\n{CELL}",
        "4: this ::: is never closed, or it closes nothing",
    ),
    "an end too many, before a box": (
        f"{BOX}:::\n\n{BOX}",
        "4: this ::: is never closed, or it closes nothing: line 6 opens another, "
        "which only :::: could contain",
    ),
    "an item of a list": (
        "- Text:\n\n  ```python\n  1\n\nMore.\n",
        "3: this ``` is never closed",
    ),
    "a quotation": ("> ```python\n> 1\n\nMore.\n", "1: this ``` is never closed"),
}


@pytest.mark.parametrize("text", CLOSED.values(), ids=CLOSED)
def test_fences_that_are_closed_are_no_problem(text):
    assert unclosed(text) == ""


@pytest.mark.parametrize(("text", "found"), OPEN.values(), ids=OPEN)
def test_a_fence_that_is_never_closed_is_named_by_its_line(text, found):
    assert unclosed(text) == found


def test_a_build_is_told_of_the_page_and_its_line_before_any_cell_runs(tmp_path):
    (tmp_path / "_config.yml").write_text("title: Tiny\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: one\n")
    text = f"{HEADER}# A page\n\n:::{{claim}} one\nTrue.\n\n{CELL}"
    (tmp_path / "one.md").write_text(text)

    assert problems(Book(tmp_path)) == ["one.md:14: this ::: is never closed"]
