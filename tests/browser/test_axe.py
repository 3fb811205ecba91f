"""Does axe find nothing on any page that keeps somebody from reading it?

Over 0.25 s: it looks at every page six times, about half a second each.
"""

import pytest

from bookbuild.bench.page_weight import violations
from browsing import SCHEMES, WIDTHS, on_each_page, page_of, window

pytestmark = pytest.mark.usefixtures("npm_packages")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_without_a_violation(site, browser, width, scheme):
    with window(browser, width, color_scheme=scheme, reduced_motion="reduce") as tab:
        assert on_each_page(site, tab, violations) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_folded_is_without_a_violation_too(site, browser, width):
    # axe takes 10 s for the contrast of a long page's tables: test_site_contrast.py
    # looks at that, in both schemes.
    def found(tab):
        return violations(tab, without=["color-contrast"])

    with window(browser, width) as tab:
        assert on_each_page(site, tab, found, unfolded=True) == {}


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
