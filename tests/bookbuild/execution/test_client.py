"""What is said of a chapter whose cells can't run to their end?

Over 0.25 s where a kernel runs the cells. What is said of a cell that raises is asked
of a whole build: `tests/builds/test_faults.py`.
"""

import os

from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from bookbuild.execution import client
from bookbuild.execution.client import MEMORY, Run, run_cells
from run_chapter import run_chapter
from tiny_book import processes_below

POOL = """\
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
pool.submit(abs, -1).result()"""
UNKNOWN = "a worker process can't find double, which a cell defines; move it to src"


def test_a_cell_that_takes_too_long_is_ended_and_what_it_printed_is_considered(
    tmp_path,
):
    # So does a Pool: it starts a worker after the other, and each prints this.
    missing = "Can't get attribute 'double' on <module '__main__' (built-in)>"
    slow = f'import sys, time\nprint("{missing}", file=sys.stderr)\ntime.sleep(600)'

    run, _log = run_chapter(tmp_path, slow, timeout=2)

    assert run.report("book/one.md").splitlines() == [
        "book/one.md:15: code cell 1 of 1 ran longer than the limit of 2 s "
        "(execute: timeout in _config.yml)",
        "    it starts: import sys, time",
        f"    {UNKNOWN}",
    ]
    assert processes_below(tmp_path) == []


def test_a_cell_that_ends_its_kernel_is_named_and_its_workers_end(tmp_path):
    run, log = run_chapter(tmp_path, POOL, "import os\nos._exit(1)")

    assert run.report("book/one.md").splitlines() == [
        "book/one.md:19: code cell 2 of 2 ended the kernel (exit 1)",
        "    it starts: import os",
    ]
    assert "DeadKernelError" in log
    assert processes_below(tmp_path) == []


def test_a_worker_that_can_not_find_a_function_of_a_cell_is_explained(tmp_path):
    define = "def double(number):\n    return 2 * number"

    run, _log = run_chapter(
        tmp_path, f"{define}\n{POOL.replace('abs, -1', 'double, 21')}"
    )

    assert run.failure.startswith("raised BrokenProcessPool: ")
    assert run.hint == UNKNOWN


def test_a_kernel_that_was_killed_for_its_memory_is_told_so(tmp_path, monkeypatch):
    def die(*_):
        raise DeadKernelError("Kernel died")

    killed = iter([3, 4])  # by Linux, before and after
    monkeypatch.setattr(client, "_watched", die)
    monkeypatch.setattr(client, "killed_for_memory", lambda: next(killed))

    with open(os.devnull, "w") as log:
        run = run_cells(
            new_notebook(cells=[new_code_cell("1")]), tmp_path, timeout=1, log=log
        )

    assert (run.failure, run.hint) == ("ended the kernel", MEMORY)


def test_what_failed_before_any_cell_ran_is_said_of_the_page():
    run = Run(1.0, failure="ended the kernel")

    assert run.report("book/one.md") == "book/one.md: ended the kernel"
