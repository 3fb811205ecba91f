"""Can what a program prints in color be read, in both looks?"""

import re
from itertools import product
from pathlib import Path

import pytest
from myst_nb.core.lexers import AnsiColorLexer
from pygments.formatters import HtmlFormatter

from bookbuild import theme

SHEET = Path(theme.__file__).with_name("static") / "book.css"
RULE = re.compile(r'\.-Color\[class\*="-(\w+)"\] \{\s*(\w+): light-dark\((.*)\);')
VARIABLE = re.compile(r"--(\w+): light-dark\((.*)\);")
COLORS = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"]


def luminance(color):
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4
        for it in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """As the Web Content Accessibility Guidelines compute it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
def test_each_color_has_contrast_on_each_paper(look):
    text = SHEET.read_text("utf8")
    page = {name: both.split(", ")[look] for name, both in VARIABLE.findall(text)}
    rules = [(kind, both.split(", ")[look]) for _, kind, both in RULE.findall(text)]

    letters = [color for kind, color in rules if kind == "color"]
    papers = [color for kind, color in rules if kind == "background"]
    letters += [page["ink"], page["quiet"]]
    papers += [page["paper"], page["wash"]]

    assert (len(letters), len(papers)) == (10, 10)
    assert min(contrast(*both) for both in product(letters, papers)) > 4.5


def test_the_lexer_gives_colors_the_names_that_the_sheet_has():
    text = "".join(f"\x1b[{code}mx\x1b[0m" for code in (*range(30, 38), *range(40, 48)))
    tokens = AnsiColorLexer().get_tokens(f"{text}\x1b[1;2mx")
    formatter = HtmlFormatter()
    classes = {formatter._get_css_classes(kind).strip() for kind, _ in tokens} - {""}

    names = {name for name, _, _ in RULE.findall(SHEET.read_text("utf8"))}

    assert names == {*COLORS, *(f"BG{color}" for color in COLORS)}
    assert classes == {
        *(f"-Color -Color-{name}" for name in names),
        "-Color -Color-Bold -Color-Bold-Faint",
    }
