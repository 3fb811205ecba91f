"""What may a page of the site do? Its Content-Security-Policy, as `<meta>`.

A page shows the site's own files and runs the site's own scripts; whatever else is in
it, by mistake or by malice, is inert. Static hosts send no headers, so the page itself
says it, before anything that it could apply to.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence


def policy(
    *, scripts: Sequence[str] = (), styles: Sequence[str] = (), base: str = "'none'"
) -> str:
    """The policy of a page that has these scripts and style sheets in itself.

    They must stand there exactly as they are given, between the tags. `base` is where
    a `<base>` of the page may point to.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *map(_digest, scripts)],
        # None of this holds in a worker, which has what its own file came with. The one
        # that the site has may compile Python, which pages may not: it is there for it.
        "worker-src": ["'self'"],
        "style-src": ["'self'", *map(_digest, styles)],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": [base],
    }
    return "; ".join(f"{name} {' '.join(rule)}" for name, rule in rules.items())


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
