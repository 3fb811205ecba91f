"""Is it known where the site will be, and is it told if it can't be there?"""

import pytest

from bookbuild.project.address import VARIABLE, address, path

HOME = "https://someone.github.io/a-book/"


@pytest.mark.parametrize("given", [HOME, HOME.rstrip("/")])
def test_an_address_ends_in_a_slash_however_it_is_given(given):
    assert address(given, {}) == HOME
    assert address("", {VARIABLE: given}) == HOME


def test_what_the_configuration_says_goes_before_the_environment():
    assert address(HOME, {VARIABLE: "https://example.org"}) == HOME


@pytest.mark.parametrize("environment", [{}, {VARIABLE: ""}])
def test_where_nobody_says_it_the_address_is_not_known(environment):
    assert address("", environment) == ""


@pytest.mark.parametrize(
    "given",
    [
        "someone.github.io/a-book",
        "ftp://example.org/book",
        "https:///book",
        "https://example.org/a book",
        "https://example.org/?book",
        "https://example.org/#book",
        "/book",
    ],
)
def test_what_is_no_address_of_a_site_is_told_with_where_it_stands(given):
    with pytest.raises(ValueError, match=VARIABLE) as told:
        address("", {VARIABLE: given})

    assert repr(given) in str(told.value)
    with pytest.raises(ValueError, match=r"html: baseurl: in _config\.yml"):
        address(given, {})


@pytest.mark.parametrize(
    ("url", "begins"), [(HOME, "/a-book/"), ("https://example.org/", "/"), ("", "/")]
)
def test_links_begin_after_the_host(url, begins):
    assert path(url) == begins
