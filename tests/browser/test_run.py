"""Can a reader of the published site run a cell, change it, stop it, and set it back?

In the page, with a click and no Python at hand. What Python does there is seen in
test_in_page.py; what the buttons do with a kernel, in test_live.py. Over 0.25 s: a
browser, which starts a Python. Most tests share one page, whose cells are reset.
"""

import re

import pytest

from browsing import Watch, window
from run_cells import ended, reset, run, says, write
from tiny_book import PATIENCE

PAGE = "book/asyncio/event-loop.html"
ASKED = "performance.getEntries().map((it) => it.name)"
FOREVER = "print('begun', flush=True)\nwhile True:\n    pass"


@pytest.fixture
def open_at(home, browser):
    """Opens the page, in an edition, as somebody who was never here."""
    with window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)

        def go(edition="en"):
            tab.goto(f"{home}{edition}/{PAGE}")
            return tab

        yield go


@pytest.fixture(scope="module")
def visit(home, browser):
    """The page at its first click on Run, and what was seen then."""
    with window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)
        watch = Watch(tab, home)
        tab.goto(f"{home}en/{PAGE}", wait_until="networkidle")
        seen = {"before": tab.evaluate(ASKED)}
        cell = tab.locator("#cell-2")
        cell.locator(".run-go").click()
        says(cell).get_by_text("Loading Python:").wait_for()
        seen["progress"] = cell.locator("progress").is_visible()
        seen["end"] = ended(cell)
        seen["progress after"] = cell.locator("progress").is_visible()
        seen["outputs"] = cell.locator(".cell_output:visible").count()
        seen["complaints"] = watch.said()
        yield tab, seen


@pytest.fixture
def page(visit):
    """The page, with all its cells as they are in the book."""
    tab, _ = visit
    reset(tab)
    return tab


def test_only_cells_that_can_run_in_the_page_can_be_run(page):
    live = page.locator(".cell.tag_live").count()
    assert page.locator(".run-go").count() == live
    assert 5 < live < page.locator(".cell").count()


def test_before_the_first_of_them_stands_what_can_not_be_run_and_why(page):
    note = page.locator(".cell.tag_live").first.locator("xpath=preceding-sibling::*[1]")

    assert "start threads or processes or open sockets" in note.inner_text()


def test_nothing_is_loaded_before_the_first_click(visit):
    _, seen = visit

    python = [url for url in seen["before"] if "/python/" in url or "python.js" in url]
    assert python == []


def test_a_click_loads_python_and_says_how_far_it_is(visit):
    _, seen = visit

    said, out = seen["end"]
    assert re.fullmatch(r"Done in \d+\.\d\d s · Python 3\.14\.\d+ in this page", said)
    assert out == "([], ['begun'])"
    assert seen["progress"]
    assert not seen["progress after"]
    assert seen["outputs"] == 1
    assert seen["complaints"] == []


def test_a_changed_cell_does_what_it_now_says_and_reset_undoes_it(page):
    cell = page.locator("#cell-2")
    before = cell.inner_text()

    said, out = run(cell, "[print(n) for n in range(3)]\n1 / 0")

    assert said.startswith("Failed after")
    assert out.startswith("0\n1\n2\n")
    assert out.endswith("ZeroDivisionError: division by zero")

    cell.locator(".run-reset").click()

    assert cell.inner_text() == before


def test_stop_ends_what_never_ends_and_another_python_can_be_had(page):
    first, second = page.locator("#cell-1"), page.locator("#cell-2")
    write(second, FOREVER)
    second.locator(".run-go").click()
    second.locator(".run-output").get_by_text("begun").wait_for()

    second.locator(".run-stop").click()
    said, _ = ended(second)

    assert said == "Stopped, so all variables are lost"

    said, out = run(second, "draw.__name__")  # the cell above is run again for it

    assert said.startswith("Done")
    assert out == "'draw'"
    assert says(first).inner_text().startswith("Done")


def test_stop_also_ends_the_loading(open_at):
    page = open_at()
    cell = page.locator("#cell-1")
    cell.locator(".run-go").click()
    says(cell).get_by_text("Loading Python:").wait_for()

    cell.locator(".run-stop").click()

    assert ended(cell)[0] == "Stopped"
    assert run(cell)[0].startswith("Done")


def test_a_python_that_broke_is_told_of_and_another_can_be_had(page):
    cell = page.locator("#cell-1")

    said, _ = run(cell, "import os\nos._exit(1)")

    assert said.startswith("Python has stopped, so all variables are lost")
    assert run(cell, "1 + 1")[1] == "2"


def test_the_portuguese_edition_says_outputs_in_portuguese(open_at):
    page = open_at("pt-br")
    cell = page.locator("#cell-1")
    write(
        cell,
        "from paralelo.translatable import metadata, message\n"
        "class Told:\n"
        "    def _repr_mimebundle_(self, **_):\n"
        "        html = '<p>not yet: 0.5 s</p>'\n"
        "        told = message('not yet: {reason}', reason='0.5 s')\n"
        "        return {'text/html': html}, metadata([told])\n"
        "Told()",
    )

    cell.locator(".run-go").click()
    cell.locator(".run-output p").wait_for()

    assert cell.locator(".run-output p").inner_text() == "ainda não: 0,5 s"


def test_a_page_from_a_file_shows_no_buttons(site, browser):
    with window(browser) as tab:
        tab.goto((site.folder / "en" / PAGE).as_uri())

        assert tab.locator(".cell").count() > 20
        assert tab.locator(".run").count() == 0


def test_without_scripts_there_are_no_buttons_either(site, browser):
    with window(browser, java_script_enabled=False) as tab:
        tab.goto(f"{site.url}en/{PAGE}")

        assert tab.locator(".cell").count() > 20
        assert tab.locator(".run").count() == 0
