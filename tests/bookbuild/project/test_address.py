"""Is it known where the site will be, and is it told if it can't be there?"""

from pathlib import Path

import pytest

from bookbuild.project.book import ADDRESS, Book

HOME = "https://someone.github.io/a-book/"


def site_address(configured):
    """The address of a book with this `html_baseurl`."""
    book = Book(Path())
    vars(book)["config"] = {"html_baseurl": configured}
    return book.address


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """The environment, without an address of a site."""
    monkeypatch.delenv(ADDRESS, raising=False)
    return monkeypatch


@pytest.mark.parametrize("given", [HOME, HOME.rstrip("/")])
def test_an_address_ends_in_a_slash_however_it_is_given(given, environment):
    assert site_address(given) == HOME
    environment.setenv(ADDRESS, given)
    assert site_address("") == HOME


def test_what_the_configuration_says_goes_before_the_environment(environment):
    environment.setenv(ADDRESS, "https://example.org")

    assert site_address(HOME) == HOME


@pytest.mark.parametrize("given", [None, ""])
def test_where_nobody_says_it_the_address_is_not_known(given, environment):
    if given is not None:
        environment.setenv(ADDRESS, given)

    assert site_address("") == ""


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
def test_what_is_no_address_of_a_site_is_told_with_where_it_stands(given, environment):
    with pytest.raises(ValueError, match=r"html: baseurl: in _config\.yml"):
        site_address(given)

    environment.setenv(ADDRESS, given)
    with pytest.raises(ValueError, match=ADDRESS) as told:
        site_address("")
    assert repr(given) in str(told.value)
