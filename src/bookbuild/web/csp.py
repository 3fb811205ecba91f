"""Write a page's Content-Security-Policy, for a `<meta>` tag.

A page loads the site's own files and runs the site's own scripts; anything else in it,
by mistake or by malice, does nothing. Static hosts send no headers of ours, so the
policy is in the page, before everything that it applies to.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence


def policy(
    *, scripts: Sequence[str] = (), styles: Sequence[str] = (), base: str = "'none'"
) -> str:
    """Return the policy of a page with these inline scripts and style sheets.

    Give them exactly as they stand between their tags. `base` is where a `<base>` of
    the page may point.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *map(_digest, scripts)],
        # This policy doesn't bind a worker, only its own file's would. So the site's
        # one worker may compile Python's WebAssembly, which pages may not.
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
