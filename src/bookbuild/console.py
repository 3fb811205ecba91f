"""Say what is wrong, the same way in every command. Standard library only."""

import sys
from collections.abc import Iterable

PREFIX = "bookbuild: "
MOST_LINES = 10  # of one complaint


class CommandError(Exception):
    """Why a command can't go on, for the person who gave it; `complain` prints it."""


def complain(problems: str | Iterable[str], *more: str) -> int:
    """Print `problems` to stderr, then `more`; return 1, the status to exit with.

    Each line begins with `bookbuild: `. They're at most ten: what `problems` has beyond
    that is counted. `more` is printed in any case.
    """
    every = [problems] if isinstance(problems, str) else problems
    lines = [line for problem in every for line in problem.splitlines()]
    kept = lines[: MOST_LINES - len(more)]
    if len(kept) < len(lines):
        kept[-1] = f"… and {len(lines) - len(kept) + 1} lines more"
    for line in (*kept, *more):
        print(f"{PREFIX}{line}", file=sys.stderr)
    return 1
