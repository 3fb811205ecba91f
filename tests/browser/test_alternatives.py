"""Does every picture say what it shows to who can't see it?

Over 0.25 s: it opens every page in a browser.
"""

import pytest

from browsing import on_each_page, page_of, script, window


def mute(tab):
    return tab.evaluate(script("pictures"))


def test_every_picture_has_a_name_and_its_numbers(site, browser):
    with window(browser) as tab:
        assert on_each_page(site, tab, mute) == {}


TABLE = "<details><summary>Numbers</summary><table></table></details>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<svg></svg>", ["svg without a name"]),
        ("<svg aria-hidden=true></svg>", []),
        ("<svg aria-label=' '></svg>", ["svg without a name"]),
        ("<svg role=img aria-label=Lanes><svg></svg></svg>", []),
        ("<svg><title>Lanes</title></svg>", []),
        ("<img src=data:, alt=''>", ["img without a name"]),
        ("<img src=data:, alt=Lanes>", []),
        ("<figure><svg aria-label=A></svg></figure>", ["figure. without a table"]),
        (f"<figure><svg aria-label=A></svg>{TABLE}</figure>", []),
        ("<figure>No picture</figure>", []),
    ],
)
def test_a_picture_without_words_is_found(browser, body, found):
    with page_of(browser, f"<main>{body}</main>") as tab:
        assert mute(tab) == found
