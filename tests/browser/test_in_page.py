"""Do cells that are tagged `live` run in the page, and say there what the book says?

Over 0.25 s: a browser starts a Python. Most tests share it; each begins without names.
"""

import gzip
import json
import re

import pytest
from bs4 import BeautifulSoup

from bookbuild.pyodide.fetch import PYTHON
from bookbuild.pyodide.publish import MEGABYTES, PUBLISHED
from browsing import Watch, script, window
from tiny_book import HERE, wait_until

TAG = re.compile(r"^:tags: \[.*\blive\b.*\]$", re.MULTILINE)
CHAPTERS = [
    path.relative_to(HERE).with_suffix("").as_posix()
    for path in sorted((HERE / "book").rglob("*.md"))
    if TAG.search(path.read_text("utf8"))
]
PAGE = f"en/{CHAPTERS[0]}.html"
CODE = "div.cell.tag_live > .cell_input pre"
MOST = 6_500_000  # bytes that the first run fetches, compressed
#: What may differ between two runs, by the cell's name on its page, and why.
VARIES = {
    "book/appendix/notebook": {"cell-27": "a time"},
    "book/asyncio/event-loop": {"cell-5": "a time"},
    "book/pools/processes": {"cell-9": "Python 3.14 pickles by another protocol"},
    "book/see/one-interpreter": {"cell-26": "each Python has a bytecode of its own"},
}
#: Forget the names that there were not when this ran first, and the book's modules.
FORGET = """\
def forget():
    import sys
    first = vars(sys).setdefault("first", set(globals()))
    for name in set(globals()) - first:
        del globals()[name]
    for name in list(sys.modules):
        if name.partition(".")[0] == "paralelo":
            del sys.modules[name]

forget()"""


def python_files(site):
    """The files of the site's Python."""
    return [it for it in (site.folder / PUBLISHED).rglob("*") if it.is_file()]


def start(tab, home, *codes, last=""):
    """What the Python of a tab's page says when these pieces of code are run.

    It is started, unless the page has one.
    """
    module = f"{home}en/_static/python.js"
    return tab.evaluate(script("python"), [module, f"{home}{PUBLISHED}/", codes, last])


@pytest.fixture(scope="module")
def begun(home, browser):
    """A page that has started a Python; what it asked for before that, and then."""
    asked = []
    with window(browser) as tab:
        watch = Watch(tab, home)
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{home}{PAGE}", wait_until="networkidle")
        before = list(asked)
        made = start(tab, home)
        yield tab, watch, (before, list(asked)), made


@pytest.fixture
def run(home, begun):
    """Runs pieces of code in the page, where nothing has run before."""
    tab, *_ = begun

    def run(*codes, **options):
        made = start(tab, home, FORGET, *codes, **options)
        return made["ran"][1:]

    return run


def texts(outputs):
    """What cells of a notebook or of a page put out as text, without colours."""
    said = []
    for output in outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        said.append("".join(text))
    return "".join(said).rstrip("\n")


def live_cells(site, page):
    """The code of a page's live cells, as its reader sees it, and its note on them."""
    html = BeautifulSoup(site.read(page), "html.parser")
    note = html.find(class_="run-note")
    return [code.get_text() for code in html.select(CODE)], note.get_text()


def published(site, chapter):
    """The live cells of a chapter, and what they put out when the book was made."""
    file = site.folder / f"en/_notebooks/with-outputs/{chapter}.ipynb"
    cells = json.loads(file.read_text("utf8"))["cells"]
    return [c for c in cells if "live" in c["metadata"].get("tags", [])]


def test_some_chapters_can_be_run_in_the_page():
    assert "book/asyncio/event-loop" in CHAPTERS
    assert VARIES.keys() <= set(CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_live_cells_alone_say_in_the_page_what_they_say_in_the_book(
    chapter, site, begun, run
):
    cells = published(site, chapter)
    varies = VARIES.get(chapter, {})
    codes, _ = live_cells(site, f"en/{chapter}.html")
    _, watch, *_ = begun
    watch.said()  # in other tests

    ran = run(*codes)

    assert [code.strip() for code in codes] == ["".join(c["source"]) for c in cells]
    assert [one["ok"] for one in ran] == [True] * len(codes)
    assert varies.keys() <= {cell["id"] for cell in cells}
    said = dict(zip((cell["id"] for cell in cells), ran, strict=True))
    assert {
        cell["id"]: texts(said[cell["id"]]["outputs"])
        for cell in cells
        if cell["id"] not in varies
    } == {
        cell["id"]: texts(cell["outputs"]) for cell in cells if cell["id"] not in varies
    }
    assert watch.said() == []


def test_a_chapter_does_not_find_what_another_one_left(run):
    run("import paralelo.laws\nname = 1")

    loaded, known = run(
        "import sys\n[name for name in sys.modules if 'paralelo' in name]",
        "'name' in globals()",
    )

    assert texts(loaded["outputs"]) == "[]"
    assert texts(known["outputs"]) == "False"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_editions_have_the_same_cells_and_a_note(chapter, site, home):
    (codes, note), (others, other_note) = (
        live_cells(site, f"{slug}/{chapter}.html") for slug in ("en", "pt-br")
    )

    assert codes == others != []
    assert f"Python {PYTHON}" in note
    assert f"Python {PYTHON}" in other_note


def test_a_page_without_live_cells_has_no_note(site, home):
    assert "run-note" not in site.read("en/book/about.html")


def test_nothing_is_loaded_before_it_is_wanted_and_then_from_here(site, home, begun):
    _, _, (before, asked), _ = begun

    assert not [url for url in before if f"/{PUBLISHED}/" in url]
    assert [url for url in asked if not url.startswith(home)] == []
    there = {f"{home}{path.relative_to(site.folder)}" for path in python_files(site)}
    assert {url for url in asked if f"/{PUBLISHED}/" in url} == there


def test_what_is_loaded_is_not_too_much_and_as_much_as_is_said(site, home):
    files = python_files(site)

    found = sum(len(gzip.compress(file.read_bytes())) for file in files)

    assert found < MOST
    assert round(found / 1_000_000) == MEGABYTES


def test_it_says_how_far_it_is_and_then_who_it_is(begun):
    *_, made = begun

    *loading, starting = made["said"]
    assert {word for word, _ in loading} == {"loading"}
    fractions = [fraction for _, fraction in loading]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] < 1  # then it starts, which takes a while
    assert len(set(fractions)) > 2
    assert starting[0] == "starting"
    assert made["name"].startswith(f"Python {PYTHON}.")


def test_an_endless_loop_shows_what_it_writes_and_is_ended_and_all_is_forgotten(
    begun, run
):
    tab, *_ = begun

    _, endless, afterwards = run("first = 1", last="print('begun')\nwhile True: pass")

    shown = {"type": "stream", "name": "stdout", "text": "begun\n"}
    assert endless == {"ok": False, "outputs": [shown, {"forgotten": True}]}
    assert texts(afterwards["outputs"]) == "False"
    # What was stopped computes no more: there is only the new one.
    wait_until(lambda: not (tab.title() and len(tab.workers) > 1))
    assert len(tab.workers) == 1


def test_an_error_is_told_as_python_tells_it_and_from_the_cell_on(run):
    _, failed = run("def half(n):\n    return n / 0", "half(3)")

    assert failed["ok"] is False
    (error,) = failed["outputs"]
    assert error["type"] == "error"
    lines = [line for line in error["text"].splitlines() if set(line) - set(" ^~")]
    call, body = re.findall(r"<run \d+>", error["text"])
    assert call != body
    assert lines == [
        "Traceback (most recent call last):",
        f'  File "{call}", line 1, in <module>',
        "    half(3)",
        f'  File "{body}", line 2, in half',
        "    return n / 0",
        "ZeroDivisionError: division by zero",
    ]


def test_a_result_comes_with_its_html_and_with_what_it_says(run):
    _, shown = run(
        "from paralelo.exercises.chapter_choosing import check_choices",
        "check_choices()",
    )

    (output,) = shown["outputs"]
    assert output["type"] == "data"
    assert output["data"].keys() == {"text/plain", "text/html"}
    assert output["metadata"]["messages"][0]["text"] == "not yet: {reason}"


def test_a_python_that_ended_by_itself_can_be_started_again(run):
    ended, again = run("import os; os._exit(3)", "6 * 7")

    assert ended["ok"] == "Error: Program terminated with exit(3)"
    assert texts(again["outputs"]) == "42"


@pytest.mark.parametrize(
    "missing", ["worker.mjs", "pyodide.asm.wasm", "shell.py", "*.whl"]
)
def test_a_site_that_lacks_a_file_says_that_python_cannot_be_had(
    missing, home, browser
):
    with window(browser) as tab:
        tab.context.route(f"**/{missing}", lambda route: route.fulfill(status=404))
        tab.goto(f"{home}{PAGE}")

        made = start(tab, home)

    assert made["failed"].startswith("Error: ")
