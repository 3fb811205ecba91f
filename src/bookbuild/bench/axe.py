"""List what axe finds against a page: faults that keep a reader from using it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookbuild.pyodide.fetch import AXE

if TYPE_CHECKING:  # it comes with the tests' packages
    from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[3] / AXE
OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ],
    "resultTypes": ["violations"],
}


def violations(tab: Page, *, without: Sequence[str] = ()) -> Iterator[str]:
    """List each rule that the page in a tab breaks, with each element that breaks it.

    Rules named in `without` are left out.
    """
    off = {rule: {"enabled": False} for rule in without}
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(SCRIPT.read_text("utf8"))
    found = tab.evaluate("options => axe.run(options)", OPTIONS | {"rules": off})
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:120]}"
