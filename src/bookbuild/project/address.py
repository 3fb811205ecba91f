"""Where will the site be published? Canonical links and the sitemap have to name it.

`_config.yml` says it (`html: baseurl:`), or else the environment of the workflow that
publishes. Where neither does, as on a writer's machine, all links are relative.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bookbuild.project.configuration import settings

VARIABLE = "BOOK_ADDRESS"


def address(configured: str, environment: Mapping[str, str]) -> str:
    """The site's address with a slash at its end; empty if nobody says.

    Raises ValueError if it is none that pages could have.
    """
    given = {
        "html: baseurl: in _config.yml": configured,
        VARIABLE: environment.get(VARIABLE, ""),
    }
    for where, url in given.items():
        if url:
            return f"{_checked(url, where)}/"
    return ""


def address_of(root: Path) -> str:
    """The same, of the book in this folder."""
    return address(settings(root).get("html_baseurl") or "", os.environ)


def path(url: str) -> str:
    """What stands after the host in an address of ours: where links begin."""
    return urlsplit(url).path or "/"


def _checked(url: str, where: str) -> str:
    parts = urlsplit(url)
    is_web = parts.scheme in ("http", "https") and parts.netloc
    if not is_web or parts.query or parts.fragment or any(map(str.isspace, url)):
        raise ValueError(
            f"{where}: {url!r} is no address of a site; "
            "write one such as https://example.org/book/"
        )
    return url.rstrip("/")
