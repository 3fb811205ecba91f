"""What does no translator get to see? An edition in a language that nobody speaks.

Every sentence that there is to translate stands between « and » in it; whatever does
not, is in no catalogue.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from press.alone import alone
from press.aside import Wanted, make
from press.build import BUSY, LOCK, keep_to_ourselves
from press.catalogues import MESSAGES
from press.editions import Edition
from press.preflight import problems as preflight
from press.progress import Progress
from press.prose import prose
from press.speech import QUANTITY
from press.templates import templates

WORK = "_build/pseudo"
EDITION = Edition("en_XA")  # as others call such a language
OPEN, CLOSE = "«", "»"


def pseudo(root: Path) -> int:
    """Build that edition of the book below `root`, and show what escapes translation.

    Returns 1 if it could not be built.
    """
    if found := preflight(root):
        print("\n".join(found), file=sys.stderr)
        return 1
    with alone(root / LOCK) as other:  # cells that never ran, run for this, too
        busy = f"process {other} {BUSY}; wait for it, or stop it"
        problems = [busy] if other else _build(root)
    for problem in problems:
        print(f"press: {problem}", file=sys.stderr)
    if problems:
        return 1
    made = root / WORK / EDITION.slug
    for page, text in escaped(made):
        print(f"{page}: {text}")
    print(f"open {made.as_uri()}/")
    return 0


def _build(root: Path) -> list[str]:
    """Build the edition into `WORK`; what stood in the way, if anything did."""
    work = root / WORK
    work.mkdir(parents=True, exist_ok=True)
    keep_to_ourselves(work)
    _translate(root, work / "locale" / EDITION.language / MESSAGES)
    with (work / "build.log").open("w", encoding="utf8") as log:
        progress = Progress(log)
        progress.begin(EDITION.slug)
        problems, _ = make(root, work, EDITION, progress, log, Wanted(), afresh=True)
    return problems


def _translate(root: Path, folder: Path) -> None:
    for name, catalogue in templates(root):
        for message in catalogue:
            if message.id:
                message.string = f"{OPEN}{message.id}{CLOSE}"
        path = folder / f"{name}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def escaped(made: Path) -> Iterator[tuple[str, str]]:
    """Each page's texts, below `made`, that are in no catalogue."""
    for path in sorted(made.rglob("*.html")):
        page = path.relative_to(made)
        if "_static" not in page.parts:
            for text in dict.fromkeys(prose(path.read_text("utf8"))):
                if OPEN not in text and not QUANTITY.fullmatch(text):
                    yield page.as_posix(), text
