"""Run, change, break and reset the cells of chapters in a browser.

The site is the real one, as `bookbuild live` serves it. Over 0.25 s: a browser, and
kernels. Most tests share one page and its kernel; its cells are reset for each. Every
week, the cells of all chapters run, as they do in a build (minutes).
"""

import re

import pytest

from browsing import UNFOLD, Watch, window
from live_server import TOKEN, Server
from real_book import CHAPTERS
from run_cells import ended, reset, run, says, write
from tiny_book import PATIENCE

SHORT = "book/asyncio/event-loop"  # of the chapters, this one runs in the least time
PAGE = f"en/{SHORT}.html"
LONG = 180_000  # milliseconds for a chapter
FOREVER = "import time\nprint('begun', flush=True)\nwhile True:\n    time.sleep(0.01)"


@pytest.fixture(scope="module")
def served(site, tmp_path_factory):
    """The book, with kernels, and with no build going on."""
    link = tmp_path_factory.mktemp("live") / "site"
    link.symlink_to(site.folder)
    with Server(link) as server:
        yield server


@pytest.fixture(scope="module")
def visit(served, browser):
    """A page of the book that its reader has open for a while."""
    with window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(f"{served.url}{PAGE}?token={TOKEN}")
        yield tab


@pytest.fixture
def page(visit):
    """The page, with all its cells as they are in the book."""
    reset(visit)
    return visit


@pytest.fixture
def open_at(served, browser):
    """Opens a page of the book as its reader, who is let in."""
    with window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(f"{served.url}en/book/index.html?token={TOKEN}")

        def go(page):
            tab.goto(served.url + page)
            return tab

        yield go


def test_each_cell_can_be_run(page):
    assert page.locator(".cell").count() == page.locator(".cell .run-go").count() > 20


def test_a_cell_shows_its_own_new_output_in_place_of_the_books(page):
    cell = page.locator("#cell-2")
    printed = cell.locator(".cell_output")
    before = printed.inner_text().strip()

    said, out = run(cell)

    assert re.fullmatch(r"Done in [\d.]+ s · Python 3\.\d+\.\d+ on this computer", said)
    assert out == before == "([], ['begun'])"
    assert printed.first.inner_text().strip() == out
    assert cell.locator(".cell_output:visible").count() == 1


def test_a_cell_runs_those_above_it_first_and_once(page):
    page.evaluate(UNFOLD)  # the third is in the box of its claim
    first, third = page.locator("#cell-1"), page.locator("#cell-3")
    write(first, first.locator("pre").first.inner_text() + "\nprint('first')")

    said, out = run(third)  # it needs what the two above define

    assert said.startswith("Done")
    assert out.startswith("✓")
    assert ended(first)[1] == "first"

    first.locator(".run-output").evaluate("it => it.replaceChildren()")
    run(third)

    assert ended(first)[1] == ""


def test_what_is_put_out_is_shown_while_the_cell_runs_and_stop_stops_it(page):
    cell = page.locator("#cell-1")
    write(cell, "kept = 1\n" + FOREVER)

    cell.locator(".run-go").click()
    cell.locator(".run-output").get_by_text("begun").wait_for()
    cell.locator(".run-stop").click()
    said, out = ended(cell)

    assert said == "Stopped"
    assert "KeyboardInterrupt" in out
    assert run(cell, "print(kept)")[1] == "1"  # the kernel is the same


def test_a_cell_that_cannot_be_stopped_says_so_and_what_ends_it(page):
    cell = page.locator("#cell-1")
    lines = FOREVER.splitlines()[:-1]
    lines += ["  try:", "    time.sleep(1)", "  except KeyboardInterrupt:", "    pass"]
    write(cell, "\n".join(lines))

    cell.locator(".run-go").click()
    cell.locator(".run-output").get_by_text("begun").wait_for()
    cell.locator(".run-stop").click()
    says(cell).get_by_text("can't be interrupted. Press Stop again").wait_for()
    cell.locator(".run-stop").click()

    assert ended(cell)[0] == "Stopped, so all variables are lost"
    assert run(cell, "print('again')")[1] == "again"


def test_stop_while_python_starts_runs_nothing(open_at):
    page = open_at(PAGE)
    cell = page.locator("#cell-1")
    write(cell, "print('ran')")
    held = []
    page.route("**/api/kernels", lambda route: held.append(route))

    cell.locator(".run-go").click()
    says(cell).get_by_text("Starting").wait_for()
    cell.locator(".run-stop").click()
    held[0].continue_()

    assert ended(cell) == ("Stopped", None)


def test_stop_is_for_what_waits_too(page):
    first, second = page.locator("#cell-1"), page.locator("#cell-2")
    write(first, FOREVER)
    first.locator(".run-go").click()
    first.locator(".run-output").get_by_text("begun").wait_for()

    second.locator(".run-go").click()
    says(second).get_by_text("Waiting").wait_for()
    first.locator(".run-stop").click()

    assert ended(first)[0] == "Stopped"
    assert ended(second) == ("Stopped", None)


def test_an_error_is_shown_and_what_is_below_does_not_run(page):
    first, second = page.locator("#cell-1"), page.locator("#cell-2")
    write(first, "def broken():\n    return 1 / 0\n\nbroken()")

    said, out = run(second)

    assert said == "Not run, because a cell above failed"
    assert out is None
    assert ended(first)[0].startswith("Failed after")
    assert "ZeroDivisionError: division by zero" in first.inner_text()
    assert "\x1b" not in first.inner_text()


def test_reset_brings_back_the_books_code_and_output(page):
    cell = page.locator("#cell-2")
    before = cell.inner_text()
    run(cell, "print('mine')")

    cell.locator(".run-reset").click()

    assert cell.inner_text() == before
    assert page.evaluate("localStorage.getItem('code')") is None


def test_what_a_reader_wrote_is_there_when_she_comes_back(open_at):
    write(open_at(PAGE).locator("#cell-2"), "print('mine')")

    cell = open_at(PAGE).locator("#cell-2")

    assert cell.locator("textarea").input_value() == "print('mine')"
    assert run(cell)[1] == "mine"


def test_a_kernel_that_ended_is_told_of_and_the_next_run_starts_another(page):
    cell = page.locator("#cell-1")

    said, _ = run(cell, "import os\nos._exit(3)")

    assert said.startswith("Python has stopped, so all variables are lost")
    assert run(cell, "print('again')")[1] == "again"


def test_without_its_server_a_cell_says_so(site, browser, tmp_path):
    (tmp_path / "site").symlink_to(site.folder)
    with window(browser) as tab:
        with Server(tmp_path / "site") as server:
            tab.goto(f"{server.url}{PAGE}?token={TOKEN}")
        said, _ = run(tab.locator("#cell-1"))

    assert said.startswith("Can't start Python: ")


def test_a_page_that_is_left_ends_its_kernel(served, open_at):
    others = set(served.running())
    page = open_at(PAGE)
    run(page.locator("#cell-1"))
    mine = set(served.running()) - others
    assert mine

    open_at("en/book/index.html")

    page.wait_for_timeout(100)
    for _ in range(100):
        if not mine & set(served.running()):
            break
        page.wait_for_timeout(100)
    assert not mine & set(served.running())


def test_no_script_in_an_output_runs_and_nothing_is_asked_elsewhere(page):
    watch = Watch(page, page.url.split("/en/")[0])
    cell = page.locator("#cell-1")
    evil = "<b>shown</b><img src=x onerror='window.ran=1'><script>window.ran=1</script>"
    evil += "<img src=http://elsewhere.example/x>"

    _, out = run(cell, f"from IPython.display import HTML\nHTML({evil!r})")

    assert out == "shown"
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in each for each in watch.said())


def test_pictures_tables_and_later_outputs_are_shown_as_in_the_book(page):
    cell = page.locator("#cell-1")

    run(
        cell,
        "from IPython.display import display, clear_output\n"
        "from paralelo import Sequential, draw, observe\n"
        "print('gone')\n"
        "clear_output(wait=True)\n"
        "handle = display('first', display_id=True)\n"
        "handle.update('second')\n"
        "print('one'); print('two')\n"
        "draw(observe(abs, [1, 2], Sequential()))",
    )
    out = cell.locator(".run-output")

    assert "gone" not in out.inner_text()
    assert "first" not in out.inner_text()
    assert out.get_by_text("'second'").count() == 1
    assert out.locator(".stream pre").inner_text() == "one\ntwo\n"
    assert out.locator("figure.lanes").count() == 1


def test_code_is_written_by_keyboard_alone(page):
    cell = page.locator("#cell-2")
    cell.locator(".run-edit").focus()

    page.keyboard.press("Enter")
    cell.locator("textarea:focus").wait_for()  # what the button does is loaded first
    page.keyboard.press("Control+A")
    page.keyboard.type("for n in range(2):\nprint(n)")
    page.keyboard.press("Shift+Enter")
    _, out = ended(cell)
    page.keyboard.press("Tab")
    indented = cell.locator("textarea").input_value()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")

    assert out == "0\n1"
    assert indented == "for n in range(2):\n    print(n)" + " " * 4
    assert page.evaluate("document.activeElement.className") == "run-go"


def test_a_cell_that_is_changed_while_it_runs_has_not_run_as_it_is(page):
    first, second = page.locator("#cell-1"), page.locator("#cell-2")
    write(first, "print('begun', flush=True)\nimport time\ntime.sleep(1)\nkept = 1")
    first.locator(".run-go").click()
    first.locator(".run-output").get_by_text("begun").wait_for()

    write(first, "kept = 2")
    ended(first)

    assert run(second, "kept")[1] == "2"


def test_what_was_typed_can_be_undone(page):
    cell = page.locator("#cell-2")
    cell.locator(".run-edit").click()
    cell.locator("textarea:focus").wait_for()
    before = cell.locator("textarea").input_value()

    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Z")

    assert cell.locator("textarea").input_value() == before


def test_the_portuguese_edition_says_it_in_portuguese(open_at):
    cell = open_at(PAGE.replace("en/", "pt-br/")).locator("#cell-2")

    cell.locator(".run-go").click()
    says(cell).get_by_text("Pronto em").wait_for()

    said = says(cell).inner_text()
    assert re.fullmatch(r"Pronto em [\d,]+ s · Python [\d.]+ neste computador", said)


@pytest.mark.parametrize(
    "chapter",
    [
        chapter if chapter == SHORT else pytest.param(chapter, marks=pytest.mark.weekly)
        for chapter in CHAPTERS
    ],
)
def test_a_whole_chapter_runs_by_a_click_on_its_last_cell(open_at, chapter):
    page = open_at(f"en/{chapter}.html")
    page.set_default_timeout(LONG)
    watch = Watch(page, page.url.split("/en/")[0])
    cells = page.locator(".cell")
    page.evaluate(UNFOLD)

    run(cells.last)

    ends = [ended(cells.nth(number))[0] for number in range(cells.count())]
    assert [end for end in ends if not end.startswith("Done")] == []
    assert watch.said() == []
