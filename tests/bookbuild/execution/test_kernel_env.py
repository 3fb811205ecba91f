"""Cells import what a notebook's reader has, and nothing that only makes the book.

Over 0.25 s: a kernel, whose cells start processes.
"""

import os

from bookbuild.execution.kernel_env import WHY, kernel_env
from tiny_book import TinyBook, cells, complaints

#: However a cell starts Python, that finds `lab`, and not `bookbuild`.
ELSEWHERE = """\
import subprocess
import sys
from multiprocessing import get_context

from lab import found

with get_context("spawn").Pool(1) as pool:
    in_worker = pool.apply(found)
run = subprocess.run([sys.executable, "-m", "lab"], capture_output=True, text=True)
assert (in_worker, run.stdout) == ([], "[]\\n"), (in_worker, run)"""
LAB = """\
from importlib import import_module


def found():
    \"\"\"List the names among these that can be imported.\"\"\"
    there = []
    for name in ("bookbuild", "bookbuild.cli"):
        try:
            there.append(import_module(name).__name__)
        except ModuleNotFoundError:
            pass
    return there


if __name__ == "__main__":
    print(found())
"""


def test_a_cell_that_imports_what_makes_the_book_fails_the_build(tmp_path):
    pages = {"one": cells(ELSEWHERE, "import lab\nimport bookbuild")}
    book = TinyBook.make(tmp_path, pages, runs_cells=True)
    (book.root / "src/lab.py").write_text(LAB)

    failed, *_ = complaints(book.build())

    # In the first cell, the processes that it started didn't find it, either.
    where = "one.md:28: code cell 2 of 2"
    assert failed.endswith(f"{where} raised ModuleNotFoundError: {WHY}")


def test_the_path_that_was_set_before_comes_last(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "known")

    path = kernel_env(tmp_path, tmp_path / "work")["PYTHONPATH"].split(os.pathsep)

    assert path[1:] == [str(tmp_path / "src"), "known"]
