"""Would the build notice? Ten claims of the book, each made false in the sources.

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
    "no-two-turns-overlap": Sabotage(  # a workload that lets go of the GIL
        "see/one-interpreter",
        ("one-interpreter-turns",),
        "src/paralelo/workloads.py",
        "            total += i\n        yield",
        "            total += i\n        time.sleep(0.0001)\n        yield",
    ),
    "two-threads-lose-an-addition": Sabotage(
        "see/one-interpreter",
        ("one-interpreter-race",),
        "src/paralelo/hazards.py",
        "    seen = counter.value\n    barrier.wait()\n    counter.value = seen + 1",
        "    counter.value += 1\n    barrier.wait()",
    ),
    "opposite-orders-deadlock": Sabotage(  # one order after all
        "see/one-interpreter",
        ("one-interpreter-deadlock",),
        "src/paralelo/hazards.py",
        "    waiting = not first.acquire",
        "    first, second = sorted((first, second), key=id)\n"
        "    waiting = not first.acquire",
    ),
    "two-processes-compute-in-parallel": Sabotage(  # a computation that sleeps
        "see/one-interpreter",
        ("one-interpreter-computing",),
        "src/paralelo/workloads.py",
        "    for i in range(x**2):\n        total += i**2",
        "    time.sleep(0.02)",
    ),
    "waiting-takes-no-processor": Sabotage(  # a wait that is none
        "see/measuring",
        ("measuring-clocks",),
        "src/paralelo/workloads.py",
        "    time.sleep(seconds)\n    return seconds\n\n\nasync def aio_sleep",
        "    burn(seconds)\n    return seconds\n\n\nasync def aio_sleep",
    ),
    "requests-in-a-loop-never-overlap": Sabotage(  # a loop that is none
        "see/one-program",
        ("one-program-server", "one-program-sequential"),
        "src/paralelo/strategies.py",
        "        return [function(item) for item in items]",
        "        with ThreadPoolExecutor(10) as pool:\n"
        "            return list(pool.map(function, items))",
    ),
    "ten-threads-overlap-their-waits": Sabotage(  # no threads at all
        "see/one-program",
        ("one-program-server", "one-program-threads"),
        "book/one-program.md",
        "Threads(workers=10).map(fetch_stock, urls)\nseen",
        "[fetch_stock(url) for url in urls]\nseen",
    ),
    "a-pool-of-one-waits-for-itself": Sabotage(  # no waiting at all
        "pools/concurrent-futures",
        ("concurrent-futures-deadlock",),
        "src/paralelo/workloads.py",
        "    inner = pool.submit(str, \"result\")\n    try:",
        "    return \"result\"\n    try:",
    ),
    "a-dying-worker-is-reported": Sabotage(
        "pools/processes",
        ("processes-errors",),
        "src/paralelo/workloads.py",
        "    os._exit(status)",
        "    return None",
    ),
}  # fmt: skip


def pages():
    """By name, the chapters' first cells and the sections of these claims."""
    wanted = {}
    for chapter, sections, *_ in SABOTAGES.values():
        wanted.setdefault(chapter, set()).update(sections)
    return {
        chapter.partition("/")[2]: page(chapter, of) for chapter, of in wanted.items()
    }


def page(chapter, sections):
    """The chapter's first cell and some of its sections, as the book has them."""
    text = (HERE / f"book/{chapter}.md").read_text("utf8")
    first = re.search(r"^```\{code-cell\}.*?^```\n", text, re.S | re.M)
    parts = re.split(r"^(?=\([\w-]+\)=\n## )", text, flags=re.M)
    chosen = [part for part in parts if part[1:].split(")")[0] in sections]
    assert len(chosen) == len(sections)
    body = re.sub(r"\{ref\}`[^`]*`", "elsewhere", "\n".join([first[0], *chosen]))
    if "server =" in body:
        body += cells("server.stop()")
    # one folder less than in the book
    return body.replace("literalinclude} ../../src", "literalinclude} ../src")


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
