"""What has axe against a page? Faults that keep somebody from reading or using it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it comes with the tests' packages
    from playwright.sync_api import Page

OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ],
    # An experiment in this version of axe, and one of WCAG 2.1's rules in the next.
    "rules": {"label-content-name-mismatch": {"enabled": True}},
    "resultTypes": ["violations"],
}


def violations(tab: Page) -> Iterator[str]:
    """Each rule that the page in a tab breaks, with each element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab, options=OPTIONS).response
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:120]}"
