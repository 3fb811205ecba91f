"""Some of the things that have names, or all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def chosen(what: str, names: Sequence[str], known: Collection[str]) -> list[str]:
    """Those named, or all that are known; raises SystemExit for a name that is not."""
    for name in names:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise SystemExit(
                f"bookbuild: no {what} named {name!r}; there are: {there_are}"
            )
    return list(names or known)
