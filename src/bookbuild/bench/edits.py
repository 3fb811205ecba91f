"""Edit a copy of the book between two builds, as a writer would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bookbuild.console import CommandError
from bookbuild.execution.dependencies import dependencies

CELL = re.compile(
    r"^(?P<fence>`{3,}|~{3,})\{code-cell\}[^\n]*\n(?P<code>.*?)^(?P=fence)", re.S | re.M
)
TITLE = re.compile(r"^# .+\n", re.M)
SENTENCE = "Here is one sentence more, and no cell of this page has changed: {}.\n"


def change_prose(page: Path, number: int) -> None:
    """Insert sentence `number` below the title, so that every cell moves down."""
    text = page.read_text("utf8")
    title = TITLE.search(text)
    if title is None:
        raise CommandError(f"{page.name} has no title, to write below")
    sentence = SENTENCE.format(number)
    changed = f"{text[: title.end()]}\n{sentence}{text[title.end() :]}"
    page.write_text(changed, encoding="utf8")


def change_module(module: Path) -> None:
    """Append a comment to a module, without changing what it does."""
    with module.open("a", encoding="utf8") as file:
        file.write("\n# a comment that changes nothing\n")


def importers(root: Path, pages: Mapping[str, float]) -> dict[Path, set[str]]:
    """Return which of `pages` import each file of the `paralelo` package."""
    found: dict[Path, set[str]] = {}
    for page in pages:
        text = (root / f"{page}.md").read_text("utf8")
        cells = "\n".join(match["code"] for match in CELL.finditer(text))
        for path in dependencies(cells, root / "src"):
            if path.is_relative_to(root / "src/paralelo"):
                found.setdefault(path, set()).add(page)
    return found


def least_imported(
    found: Mapping[Path, set[str]], pages: Mapping[str, float]
) -> tuple[Path, set[str]]:
    """Return the file that the fewest pages import, and these pages.

    `pages` has each page's seconds: at a tie, the file with the quickest pages wins.
    """
    if not found:
        raise CommandError(
            "no page imports the paralelo package, so no module can be changed"
        )

    def cost(path: Path) -> tuple[int, float, str]:
        return len(found[path]), sum(pages[page] for page in found[path]), path.name

    rarest = min(found, key=cost)
    return rarest, found[rarest]
