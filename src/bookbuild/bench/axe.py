"""What has axe against a page? Faults that keep somebody from reading or using it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it comes with the tests' packages
    from playwright.sync_api import Page

OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ],
    "resultTypes": ["violations"],
}

#: An experiment in this version of axe, and one of WCAG 2.1's rules in the next.
ENABLED = {"label-content-name-mismatch": {"enabled": True}}


def violations(tab: Page, *, without: Sequence[str] = ()) -> Iterator[str]:
    """Each rule that the page in a tab breaks, with each element that breaks it.

    All but those `without` which it is looked at.
    """
    from axe_playwright_python.sync_playwright import Axe

    off = {rule: {"enabled": False} for rule in without}
    options = OPTIONS | {"rules": ENABLED | off}
    found = Axe().run(tab, options=options).response
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:120]}"
