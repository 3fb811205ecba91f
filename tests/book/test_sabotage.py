"""Would the build notice? Some claims of the book, each made false in the sources.

The pages are sections of the real chapters. In the sabotaged book the control of cores
is replaced by one that always passes, so that the machine has no say in what is found.
Over 0.25 s: the sections' cells run once.
"""

import json
import re
from typing import NamedTuple

import pytest

from tiny_book import HERE, TinyBook, cells

CONTROL = (
    "src/paralelo/busy.py",
    "        from subprocess import PIPE",
    "        return float(self.count)\n        from subprocess import PIPE",
)


class Sabotage(NamedTuple):
    """A claim, where the book makes it, and what makes it false."""

    chapter: str
    sections: tuple[str, ...]
    file: str
    old: str
    new: str


SABOTAGES = {
    "requests-in-a-loop-never-overlap": Sabotage(  # a loop that is none
        "see/one-program",
        ("one-program-server", "one-program-sequential"),
        "book/one-program.md",
        "for url in urls:\n    fetch_stock(url)\nserver.seen()",
        "import paralelo\nparalelo.Threads(4).map(fetch_stock, urls)\n"
        "server.seen()",
    ),
    "ten-threads-overlap-their-waits": Sabotage(  # no threads at all
        "see/one-program",
        ("one-program-server", "one-program-threads"),
        "book/one-program.md",
        "    list(pool.map(fetch_stock, urls))\nserver.seen()",
        "    list(map(fetch_stock, urls))\nserver.seen()",
    ),
}  # fmt: skip


def pages():
    """By name, the sections of the chapters that have these claims."""
    wanted = {}
    for chapter, sections, *_ in SABOTAGES.values():
        wanted.setdefault(chapter, set()).update(sections)
    return {
        chapter.partition("/")[2]: page(chapter, of) for chapter, of in wanted.items()
    }


def page(chapter, sections):
    """Some of the chapter's sections, as the book has them."""
    text = (HERE / f"book/{chapter}.md").read_text("utf8")
    parts = re.split(r"^(?=\([\w-]+\)=\n## )", text, flags=re.M)
    chosen = [part for part in parts if part[1:].split(")")[0] in sections]
    assert len(chosen) == len(sections)
    body = re.sub(r"\{(?:ref|term)\}`[^`]*`", "elsewhere", "\n".join(chosen))
    if "server =" in body:
        body += cells("server.stop()")
    return body


@pytest.fixture(scope="module")
def sound(site):
    """The real book's claims, before anybody touches its sources."""
    return claims_of(site.folder)


@pytest.fixture(scope="module")
def sabotaged(tmp_path_factory):
    """A book with all sabotages at once, its claims, and what its build warns of."""
    book = TinyBook.make(tmp_path_factory.mktemp("sabotaged"), pages(), runs_cells=True)
    book.replace(*CONTROL)
    for sabotage in SABOTAGES.values():
        book.replace(sabotage.file, sabotage.old, sabotage.new)

    ran = book.build()

    assert ran.returncode == 0, ran.stderr
    log = (book.root / "_build/pages/build.log").read_text("utf8")
    return book, claims_of(book.site), log


def claims_of(site):
    claims = json.loads((site / "claims.json").read_text("utf8"))
    return {claim["id"]: claim for claim in claims}


each = pytest.mark.parametrize("claim", SABOTAGES)


@each
def test_the_claim_does_not_fail_before_the_sabotage(claim, sound):
    found = sound[claim]

    is_exact = found["evidence"]["kind"] == "exact"
    assert found["outcome"] in {"holds", "holds" if is_exact else "undecided"}


@each
def test_a_build_shows_that_it_does_not_hold_and_names_file_and_line(claim, sabotaged):
    book, found, log = sabotaged
    name = SABOTAGES[claim].chapter.partition("/")[2]
    source = (book.root / f"book/{name}.md").read_text("utf8")
    line = source.splitlines().index(f":::{{claim}} {claim}") + 1

    assert found[claim]["outcome"] == "fails"
    assert f'class="claim claim-fails docutils container" id="claim-{claim}"' in (
        book.page(name)
    )
    assert f"book/{name}.md:{line}: the claim {claim!r} does not hold here" in log
