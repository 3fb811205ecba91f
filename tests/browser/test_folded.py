"""Can what is folded into a claim's box be reached, and do its cells run in order?

Over 0.25 s: a browser, and a kernel.
"""

import pytest

from browsing import window
from live_server import TOKEN, Server
from run_cells import run
from tiny_book import PATIENCE

PAGE = "en/book/claims.html"


@pytest.mark.parametrize("name", ["cell-2", "cell-14"])  # in a box, in a line
def test_an_address_of_a_folded_cell_opens_the_box(specimen, browser, name):
    with window(browser) as tab:
        tab.goto(f"{specimen.url}{PAGE}")
        assert not tab.locator(f"#{name}").is_visible()

        tab.goto(f"{specimen.url}{PAGE}#{name}")
        tab.locator(f"#{name}").wait_for()

        assert tab.locator(".claim details[open], details.claim[open]").count() == 1


def test_a_folded_cell_runs_in_its_turn(specimen, browser, tmp_path):
    (tmp_path / "site").symlink_to(specimen.folder)
    with Server(tmp_path / "site") as server, window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(f"{server.url}{PAGE}?token={TOKEN}")
        between = tab.locator("#cell-15")

        _, out = run(between)

        assert out == "a cell between a check and its claim"
        assert tab.locator("#cell-14 .run-output").count() == 1
        assert tab.locator("#cell-16 .run-output").count() == 0
