"""The address that the site will be published at: canonical links name it.

`_config.yml` says it (`html: baseurl:`), or else the environment of the workflow that
publishes. Where neither does, as on a writer's machine, all links are relative.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

VARIABLE = "BOOK_ADDRESS"


def address(configured: str, environment: Mapping[str, str]) -> str:
    """Return the site's address with a slash at its end; empty if it isn't known.

    Raises ValueError if it isn't one that pages can have.
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
    """Return what stands after the host in an address: where links begin."""
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
