"""Does axe find nothing on any page that keeps somebody from reading it?

Over 0.25 s: it looks at every page four times, about half a second each.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from browsing import SCHEMES, WIDTHS, on_each_page, page_of, window

OPTIONS = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
    ],
    # An experiment in this version of axe, and one of WCAG 2.1's rules in the next.
    "rules": {"label-content-name-mismatch": {"enabled": True}},
    "resultTypes": ["violations"],
}


def violations(tab):
    found = Axe().run(tab, options=OPTIONS).response
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:120]}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_without_a_violation(site, browser, width, scheme):
    with window(browser, width, color_scheme=scheme) as tab:
        assert on_each_page(site, tab, violations) == {}


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("color-contrast", '<p style="color: #999">Pale</p>'),
        ("target-size", "<button style='width: 9px; height: 9px'></button>" * 2),
        ("label-content-name-mismatch", '<button aria-label="No">Yes</button>'),
        ("empty-table-header", "<table><tr><th></th></tr><tr><td>1</td></tr></table>"),
    ],
)
def test_a_violation_is_found_at_every_level(browser, rule, body):
    with page_of(browser, f"<main><h1>A page</h1>{body}</main>") as tab:
        found = list(violations(tab))

    assert rule in {violation.split(":")[0] for violation in found}
