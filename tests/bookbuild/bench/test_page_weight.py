"""Is what a page costs its reader counted as it travels, and all of it?

Over 0.25 s: a browser opens pages.
"""

import pytest

from bookbuild.bench.page_weight import largest_paint, served, visit, weigh
from bookbuild.console import CommandError
from bookbuild.web import chromium
from bookbuild.web.chromium import browser as launched
from browsing import window

ICON = '<link rel="icon" href="data:,">'  # or the browser asks for one


@pytest.fixture
def small(tmp_path):
    """A site of two pages and a style sheet, served; gives its address."""
    (tmp_path / "style.css").write_text("p { color: red }\n" * 5_000)
    for name in ("one", "two"):
        page = f'{ICON}<link rel="stylesheet" href="style.css"><p>{name}</p>'
        (tmp_path / f"{name}.html").write_text(page)
    with served(tmp_path) as home:
        yield home


def test_what_travels_is_counted_compressed_and_once(small, browser):
    with window(browser) as tab:
        one, two = (visit(tab, f"{small}{name}.html") for name in ("one", "two"))

    assert one.requests == [f"{small}one.html", f"{small}style.css"]
    assert two.requests == [f"{small}two.html"]
    assert 0 < two.bytes < one.bytes < 2_000


def test_requests_to_others_are_told_apart(small, browser):
    with window(browser) as tab:
        one = visit(tab, f"{small}one.html")

    assert one.elsewhere(small) == []
    assert one.elsewhere("http://elsewhere.example/") == one.requests


@pytest.mark.usefixtures("npm_packages")
def test_what_is_amiss_on_a_page_is_counted_too(tmp_path, browser):
    script = "<script>console.error(1); throw 2</script>"
    (tmp_path / "bad.html").write_text(f"{ICON}{script}<p style='color: #ddd'>Pale</p>")
    (tmp_path / "good.html").write_text(
        f"<!DOCTYPE html><html lang=en>{ICON}<title>A</title><main><h1>A</h1></main>"
    )

    with served(tmp_path) as home:
        bad, good = (
            weigh(browser, home, one, other)
            for one, other in (("bad.html", "good.html"), ("good.html", "bad.html"))
        )

    assert (bad.errors, good.errors) == (2, 0)
    assert bad.violations > good.violations == 0


def test_when_a_page_is_seen_is_told(small, browser):
    with window(browser) as tab:
        assert largest_paint(tab, f"{small}one.html") > 0


def test_without_a_chromium_nothing_is_weighed_and_one_line_says_why(monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: None)

    with pytest.raises(CommandError, match=r".* no Chromium here"), launched():
        pass
