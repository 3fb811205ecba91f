"""What tests in a browser have in common."""

import os

import pytest

from bookbuild.pyodide.publish import PUBLISHED


@pytest.fixture(scope="module")
def home(site):
    """The address of the site, if it has a Python for its pages."""
    if not (site.folder / PUBLISHED).is_dir():
        why = "the site has no Python for its pages; bookbuild setup says why"
        if os.environ.get("CI") == "true":
            pytest.fail(why, pytrace=False)
        pytest.skip(why)
    return site.url
