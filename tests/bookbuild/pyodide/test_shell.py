"""Is a cell run as Jupyter would run it? Here, pytest runs what readers' pages run."""

import asyncio
import importlib
import sys
from zipfile import ZipFile

import pytest

from bookbuild.pyodide.fetch import PYODIDE
from paralelo import check


@pytest.fixture(scope="module")
def shell(npm_packages, tmp_path_factory):
    """The module, with Pyodide's own modules and not the rest of its library."""
    folder = tmp_path_factory.mktemp("pyodide")
    with ZipFile(npm_packages / PYODIDE / "python_stdlib.zip") as library:
        names = [name for name in library.namelist() if "pyodide/" in name]
        library.extractall(folder, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module("bookbuild.pyodide.shell")


@pytest.fixture
def run(shell, monkeypatch):
    """Runs cells that share names; of the last, whether it ended well, and outputs."""
    outputs = []
    cells = shell.Cells({"__name__": "__main__"}, outputs.append)
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, getattr(sys, stream))  # put back at the end

    def run(*sources):
        ended = []
        for source in sources:
            outputs.clear()
            ended = [asyncio.run(cells.run(source)), list(outputs)]
        return ended

    return run


def plain(text):
    return {"type": "data", "data": {"text/plain": text}, "metadata": {}}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("6 * 7", "42"),
        ("n = 6\nn * 7  # the answer", "42"),
        ("'ção'; 'é' * 2", "'éé'"),
        ("(1,\n 2)", "(1, 2)"),
        ("int", "int"),
        ("import asyncio\nawait asyncio.sleep(0, 'slept')", "'slept'"),
        ("async def f():\n    yield 1\n[n async for n in f()]", "[1]"),
    ],
)
def test_the_last_expression_is_shown(run, source, text):
    assert run(source) == [True, [plain(text)]]


@pytest.mark.parametrize(
    "source", ["", "# nothing", "n = 1", "None", "1;", "'é'; # no"]
)
def test_what_is_no_value_is_not_shown(run, source):
    assert run(source) == [True, []]


def test_a_cell_knows_what_cells_before_it_named(run):
    assert run("def f():\n    return n", "n = 3", "f()") == [True, [plain("3")]]


def test_lines_are_shown_when_they_are_written_and_the_rest_at_the_end(run):
    source = (
        "import sys\nprint('a', 'b')\nprint('c', end='')\nsys.stderr.write('d\\n');"
    )

    ended, outputs = run(source)

    assert ended
    assert [(o["name"], o["text"]) for o in outputs] == [
        ("stdout", "a b\n"),
        ("stderr", "d\n"),
        ("stdout", "c"),
    ]


def test_a_cell_that_writes_very_much_does_not_flood_the_page(shell, monkeypatch):
    outputs, clock = [], iter([0.0] * 3000)
    monkeypatch.setattr(shell.time, "monotonic", lambda: next(clock))
    stream = shell.Stream("stdout", outputs.append)

    for _ in range(2000):
        stream.write("x\n")
    stream.flush()

    assert len(outputs) == shell.AT_ONCE + 1
    assert "".join(o["text"] for o in outputs) == "x\n" * 2000


def test_a_value_is_shown_in_all_the_ways_that_it_knows(shell):
    class Picture:
        def _repr_svg_(self):
            return "<svg/>"

        def _repr_png_(self):
            return b"\x89PNG"

        def _repr_html_(self):
            return None

        def __repr__(self):
            return "a picture"

    (output,) = shell.shown(Picture())
    assert output["data"] == {
        "image/svg+xml": "<svg/>",
        "image/png": "iVBORw==",
        "text/plain": "a picture",
    }


def test_a_value_says_what_it_says_in_its_metadata(shell):
    verdict = check("one-is-one", 1, equals=1)

    (output,) = shell.shown(verdict)

    assert output["data"]["text/plain"] == "✓ 1"
    assert output["metadata"]["claim"]


def test_an_error_is_told_from_the_cell_on(run):
    ended, (error,) = run("def f():\n    return 1 / 0", "f()")

    assert not ended
    assert error["type"] == "error"
    lines = [line for line in error["text"].splitlines() if set(line) - set(" ^~")]
    assert lines == [
        "Traceback (most recent call last):",
        '  File "<run 2>", line 1, in <module>',
        "    f()",
        '  File "<run 1>", line 2, in f',
        "    return 1 / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_an_error_in_showing_a_value_is_one_of_the_cell(run):
    source = "class Shy:\n    def __repr__(self):\n        raise KeyError('no')\nShy()"

    ended, (error,) = run(source)

    assert not ended
    assert "<run 1>" in error["text"]
    assert "shell.py" not in error["text"]


SHOWN = {
    "every attribute": (
        "class P:\n"
        "    def __getattr__(self, name):\n"
        "        return lambda *_, **__: f'some {name}'\n"
        "    def __repr__(self):\n"
        "        return 'P()'\n"
        "P()",
        {"text/plain": "P()"},
    ),
    "a mock": (
        "from unittest.mock import MagicMock\n"
        "class M(MagicMock):\n"
        "    __repr__ = lambda self: 'M()'\n"
        "M()",
        {"text/plain": "M()"},
    ),
    "attributes that raise": (
        "class A:\n"
        "    def __getattr__(self, name):\n"
        "        raise KeyError(name)\n"
        "    __repr__ = lambda self: 'A()'\n"
        "A()",
        {"text/plain": "A()"},
    ),
    "a class": (
        "class C:\n    def _repr_html_(self):\n        return '<b>'\nC",
        {"text/plain": "__main__.C"},
    ),
    "nothing and no method": (
        "class N:\n"
        "    _repr_html_ = 1\n"
        "    _repr_svg_ = lambda self: None\n"
        "    __repr__ = lambda self: 'N()'\n"
        "N()",
        {"text/plain": "N()"},
    ),
    "a bundle and what it lacks": (
        "class B:\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        return {'text/html': '<i>', 'application/json': object()}\n"
        "    _repr_html_ = lambda self: '<b>'\n"
        "    _repr_latex_ = lambda self: '$x$'\n"
        "    __repr__ = lambda self: 'B()'\n"
        "B()",
        {"text/html": "<i>", "text/latex": "$x$", "text/plain": "B()"},
    ),
    "as Jupyter formats it": ("{3, 1, 2}", {"text/plain": "{1, 2, 3}"}),
    "long": ("['x' * 50] * 2", {"text/plain": f"['{'x' * 50}',\n '{'x' * 50}']"}),
}


@pytest.mark.parametrize(("source", "data"), SHOWN.values(), ids=SHOWN)
def test_a_value_with_odd_attributes_is_shown_as_jupyter_shows_it(run, source, data):
    assert run(source) == [True, [{"type": "data", "data": data, "metadata": {}}]]


def test_a_method_that_raises_is_told_of_and_the_others_are_shown(run):
    source = (
        "class R:\n"
        "    def _repr_html_(self):\n"
        "        return 1 / 0\n"
        "    __repr__ = lambda self: 'R()'\n"
        "R()"
    )

    ended, (error, value) = run(source)

    assert ended
    assert error["text"].endswith("ZeroDivisionError: division by zero\n")
    assert value == plain("R()")


def test_a_method_that_returns_another_type_is_told_of(run):
    methods = "_repr_html_ = lambda _: 3; __repr__ = lambda _: 'T'"
    source = f"class T: {methods}\nT()"

    with pytest.warns(UserWarning, match="_repr_html_ returned <class 'int'>"):
        assert run(source) == [True, [plain("T")]]


def test_a_value_that_shows_itself_is_not_shown_twice(run):
    source = "class D:\n    def _ipython_display_(self):\n        print('mine')\nD()"

    assert run(source) == [
        True,
        [{"type": "stream", "name": "stdout", "text": "mine\n"}],
    ]


def test_metadata_that_a_page_cannot_have_is_words(shell):
    class Described:
        def _repr_png_(self):
            return b"\x89PNG", {"alt": "a dot", "size": {1}}

    (output,) = shell.shown(Described())

    assert output["metadata"] == {"image/png": {"alt": "a dot", "size": "{1}"}}


def test_what_is_displayed_comes_in_its_turn_and_can_be_replaced(run):
    ended, outputs = run(
        "print('before', end='')\n"
        "handle = display(1, display_id=True)\n"
        "handle.update(2)\n"
        "print('after')"
    )

    assert ended
    assert [o.get("text") or o["data"]["text/plain"] for o in outputs] == [
        *("before", "1", "2", "after\n"),
    ]
    assert outputs[1]["id"] == outputs[2]["id"]
    assert outputs[2]["update"]


def test_what_cannot_be_read_is_shown_with_its_place(run):
    ended, (error,) = run("n = 1\nif n\n    2")

    assert not ended
    assert error["text"].startswith('  File "<run 1>", line 2\n')


@pytest.mark.parametrize("source", ["raise SystemExit(3)", "import sys; sys.exit()"])
def test_an_exit_ends_the_cell_and_nothing_else(run, source):
    ended, (error,) = run(source)

    assert not ended
    assert "SystemExit" in error["text"]
    assert run("1") == [True, [plain("1")]]
