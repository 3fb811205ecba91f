"""What do cells put out? Is one stopped that does too much, and a long one heard of?"""

import os
from threading import Event
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bookbuild.execution.client import (
    MOST_CHARACTERS,
    MOST_LINES,
    Place,
    _excess,
    _watched,
    run_cells,
)


def printed(text):
    return new_output("stream", text=text)


def shown(kind, text):
    return new_output("display_data", data={kind: text})


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [printed("line\n" * MOST_LINES)],
        [shown("text/html", "x" * MOST_CHARACTERS * 9)],
        [shown("image/png", "x" * MOST_CHARACTERS * 9)],
    ],
)
def test_a_cell_may_put_out_so_much(outputs):
    assert _excess(outputs) == ""


@pytest.mark.parametrize(
    ("outputs", "why"),
    [
        (
            [printed("line\n" * 1_999), printed("\n\n")],
            "2,001 lines of text, and 2,000 are the most",
        ),
        (
            [shown("text/plain", "\n" * 3_000)],
            "3,000 lines of text, and 2,000 are the most",
        ),
        (
            [printed("x" * 150_000), shown("text/plain", "x" * 50_001)],
            "200,001 characters, and 200,000 are the most",
        ),
    ],
)
def test_a_cell_that_puts_out_more_is_told_how_much(outputs, why):
    assert _excess(outputs) == why


def test_a_chapter_ends_at_the_cell_that_puts_out_too_much(tmp_path):
    codes = ["print('a few')", "for n in range(5_000):\n    print(n)", "print('more')"]
    cells = [new_code_cell(code) for code in codes]

    with open(os.devnull, "w") as log:  # over 0.25 s: a kernel runs the cells
        run = run_cells(new_notebook(cells=cells), tmp_path, timeout=60, log=log)

    assert run.report("one.md").splitlines() == [
        "one.md: code cell 2 of 3 put out 5,000 lines of text, and 2,000 are the most",
        "    it starts: for n in range(5_000):",
        "    show less: a count, a few of them, a drawing",
    ]
    assert cells[2].outputs == []


ORDER = """\
from IPython.display import display
print("one")
print("two")
display("shown")
print("three")
handle = display("old", display_id=True);"""
WARN = """\
import warnings
def fail():
    return 1 / 0
warnings.warn("careful")"""
NAMED = """\
import inspect, tempfile, traceback
try:
    fail()
except ZeroDivisionError as error:
    print(traceback.extract_tb(error.__traceback__)[-1].filename)
print(tempfile.gettempdir())
print(inspect.getsource(fail))"""


@pytest.fixture(scope="module")
def put_out(tmp_path_factory):
    """What each of these cells put out; over 0.25 s: a kernel runs them."""
    cells = [
        new_code_cell(code) for code in (ORDER, WARN, NAMED, 'handle.update("new")')
    ]
    with open(os.devnull, "w") as log:
        folder = tmp_path_factory.mktemp("chapter")
        run = run_cells(new_notebook(cells=cells), folder, timeout=60, log=log)
    assert run.failure == ""
    return [
        [it.get("text") or it.data["text/plain"] for it in cell.outputs]
        for cell in cells
    ]


def test_prints_and_displays_come_in_the_order_in_which_they_were_put_out(put_out):
    assert put_out[0][:3] == ["one\ntwo\n", "'shown'", "three\n"]


def test_a_later_cell_updates_what_an_earlier_one_displays_and_nothing_else(put_out):
    assert put_out[0][3:] == ["'new'"]
    assert put_out[3] == []


def test_a_warning_names_its_cell(put_out):
    assert put_out[1] == [
        '<cell 2>:4: UserWarning: careful\n  warnings.warn("careful")\n'
    ]


def test_a_traceback_names_the_cell_of_each_frame_and_no_folder_is_named(put_out):
    fail = WARN.partition("warnings.warn")[0].partition("\n")[2]

    assert put_out[2] == [f"<cell 2>\n/tmp\n{fail}\n"]


def test_while_a_cell_runs_it_is_said_each_second(tmp_path):
    told, place = [], Place(1, 1, 3, "wait()")
    heard = Event()  # over 0.25 s: it is a second until then

    def on_second(place, seconds):
        told.append((place, seconds > 0))
        heard.set()

    client = SimpleNamespace(
        execute=lambda **_: heard.wait(60),
        on_second=on_second,
        place=place,
        began=0.0,
        watch=SimpleNamespace(environment={}, end=list),
        _cleanup_kernel=None,
    )
    _watched(client, None, {})

    assert told == [(place, True)]
