"""Find the address that the site will be published at, for canonical links.

It's in `_config.yml` (`html: baseurl:`), or in the environment of the workflow that
publishes. Without it, as on an author's machine, all links are relative.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

VARIABLE = "BOOK_ADDRESS"


def address(configured: str, environment: Mapping[str, str]) -> str:
    """Return the site's address with a slash at its end; empty if it isn't known.

    Raises ValueError if it can't be a site's address.
    """
    given = {
        "html: baseurl: in _config.yml": configured,
        VARIABLE: environment.get(VARIABLE, ""),
    }
    for where, url in given.items():
        if url:
            return f"{_checked(url, where)}/"
    return ""


def path(url: str) -> str:
    """Return the path of an address, at least a slash."""
    return urlsplit(url).path or "/"


def _checked(url: str, where: str) -> str:
    parts = urlsplit(url)
    is_web = parts.scheme in ("http", "https") and parts.netloc
    if not is_web or parts.query or parts.fragment or any(map(str.isspace, url)):
        raise ValueError(
            f"{where}: {url!r} is not an address of a site; "
            "write one such as https://example.org/book/"
        )
    return url.rstrip("/")
