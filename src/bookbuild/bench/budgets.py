"""Measure what the design sets budgets for, on this machine, one thing at a time."""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bookbuild.bench import clicks, package_cost, page_weight, synthetic
from bookbuild.bench.edits import change_module, change_prose, importers, least_imported
from bookbuild.bench.noise import chosen
from bookbuild.bench.timed_builds import Buildable, Built, Ours, Stock
from bookbuild.checks.trial import copy_tree
from bookbuild.console import CommandError, complain
from bookbuild.project.book import Book
from bookbuild.pyodide.publish import PUBLISHED
from bookbuild.web import chromium

if TYPE_CHECKING:  # it comes with the tests' packages
    from playwright.sync_api import Browser

CHAPTERS = (10, 40, 160)  # of the books that show how a build's time grows
REPEATS = 3  # of what takes seconds
KILOBYTE, MEGABYTE = 1_000, 1_000_000

CELLS = 30  # seconds that a chapter's cells may take
MEMORY = 1_500  # megabytes that a build may take
UNCHANGED, PROSE = 5, 6  # seconds to build again
EDITION = 15  # percent of the first one, for each other edition
CLICKS = 5
IN_PAGE, LIVE = 3.5, 1.3  # seconds from a click to the first output
FETCHED = 6.5  # megabytes


@dataclass(frozen=True)
class Row:
    """A measured value and its budget, a maximum or a minimum; no unit: a count."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False
    stock: float | None = None  # what Jupyter Book needs for it, alone

    @property
    def kept(self) -> bool:
        """Return whether the value keeps its budget, if there is one."""
        if self.budget is None:
            return True
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def __str__(self) -> str:
        limit = ""
        if self.budget is not None:
            number = f"{self.budget:,.2f}".rstrip("0").rstrip(".")
            sign = "≥" if self.at_least else "≤"
            limit = f"{sign} {number} {self.unit}".rstrip()
        ours, theirs = self._shown(self.value), self._shown(self.stock)
        line = _line(self.what, ours, theirs, limit)
        return f"{line}{'' if self.kept else '  OVER'}".rstrip()

    def _shown(self, value: float | None) -> str:
        if value is None:
            return ""
        digits = 2 if self.unit == "s" else 1 if self.unit else 0
        return f"{value:,.{digits}f} {self.unit}".rstrip()


def _line(what: str, ours: str, stock: str, budget: str) -> str:
    return f"{what:64}{ours:>12}{stock:>12}{budget:>13}"


def allowed(pages: int) -> float:
    """Return the seconds that a clean build may take in addition to its cells."""
    return 12 + 0.25 * pages


def bench(book: Book, *, only: Sequence[str] = (), chapters: Sequence[int] = ()) -> int:
    """Measure and print every budget; return 1 if one is exceeded or unknown.

    `only` selects groups by name, `chapters` the sizes of the synthetic books.
    """
    parts = [
        part
        for name in chosen("group", only, GROUPS)
        for part in GROUPS[name](book.root, chapters or CHAPTERS)
    ]
    print(_line("", "ours", "stock", "budget"))
    kept = True
    for part in parts:
        try:
            for row in part:
                print(row, flush=True)
                kept = kept and row.kept
        except CommandError as why:  # the other parts can be measured all the same
            complain(str(why))
            kept = False
    return 0 if kept else 1


def _package() -> Iterator[Row]:
    imports = [package_cost.import_time() for _ in range(11)]
    yield Row(
        "import paralelo, in a worker (median of 11)", 1e3 * median(imports), "ms", 60
    )
    requests = package_cost.requests_in_flight()
    yield Row("requests in flight", requests, "", 5_000, at_least=True)
    megabytes = package_cost.size(Path(sys.prefix)) / MEGABYTE
    yield Row("environment", megabytes, "MB", 600)


def _real(root: Path) -> Iterator[Row]:
    with _folder() as folder:
        book = Ours(folder / "book")
        copy_tree(root, book.root)
        clean = book.build()
        for name, seconds in clean.ran.items():
            yield Row(f"cells of {name}", seconds, "s", CELLS)
        pages = book.pages()
        yield from _clean("", [clean], len(pages))
        (_, first), *others = book.editions().items()
        for slug, other in others:
            share = 100 * other["seconds"] / first["seconds"]
            yield Row(f"  the edition {slug} on top of it", share, "%", EDITION)
        yield from _again("", [book], max(clean.ran, key=lambda p: pages[p]["cells"]))
        yield from _module(book, clean)


def _module(book: Ours, clean: Built) -> Iterator[Row]:
    """Change a module that few chapters import: only these run again."""
    found = importers(book.root, clean.ran)
    module, expected = least_imported(found, clean.ran)
    change_module(module)
    built = book.build()
    ran = set(built.ran)
    which = module.relative_to(book.root / "src").as_posix()
    yield Row(f"{which} changed, without cells", built.rest, "s")
    yield Row("  pages whose cells ran", len(ran), "", len(expected))
    wrong = len(ran ^ expected)
    yield Row("  ran and shouldn't have, or the other way round", wrong, "", 0)


def _growth(root: Path, count: int) -> Iterator[Row]:
    with _folder() as folder:
        book = Ours(folder / "book")
        synthetic.make(root, book.root, chapters=count)
        title = f"{count} chapters: "
        clean = book.build()
        yield from _clean(title, [clean], len(book.pages()))
        yield from _again(title, [book], synthetic.name(count // 2 + 1))


def _stock(root: Path, count: int) -> Iterator[Row]:
    with _folder() as folder:
        ours, stock = Ours(folder / "ours"), Stock(folder / "stock")
        for book in (ours, stock):
            synthetic.make(root, book.root, chapters=count, claims=False)
        synthetic.without_the_extension(stock.root)
        title = f"{count} chapters, no claims: "
        clean = [book.build() for book in (ours, stock)]
        check_all_ran(clean, count)
        yield from _clean(title, clean, len(ours.pages()))
        yield from _again(title, [ours, stock], synthetic.name(count // 2 + 1))


def _pages(root: Path) -> Iterator[Row]:
    """Weigh pages of the real book, as it was built last."""
    site = _built(root)
    edition = min(json.loads((site / "manifest.json").read_text("utf8"))["editions"])
    folder = site / edition
    chapters = sorted(
        folder.glob("book/*/*.html"), key=lambda path: path.stat().st_size
    )
    longest, other = (
        path.relative_to(folder).as_posix() for path in (chapters[-1], chapters[0])
    )
    special = [f"book/{name}.html" for name in ("index", "ledger", "glossary")]
    with chromium.browser() as browser, page_weight.served(folder) as home:
        for page in (longest, *special, "search.html"):
            yield from _weighed(browser, page, [home], other)


def _built(root: Path) -> Path:
    site = root / "_build/site"
    if not (site / "manifest.json").exists():
        raise CommandError("there are no pages to open; to build them: make book")
    return site


def _stock_pages(root: Path) -> Iterator[Row]:
    """Weigh pages of a synthetic book, built by us and by Jupyter Book alone."""
    with _folder() as folder, chromium.browser() as browser:
        sites = _both_built(root, folder)
        first, later = (f"{synthetic.name(number)}.html" for number in (1, 2))
        with (
            page_weight.served(sites[0]) as ours,
            page_weight.served(sites[1]) as stock,
        ):
            for page in (first, "book/index.html", "search.html"):
                yield from _weighed(browser, page, [ours, stock], later)


def _both_built(root: Path, folder: Path) -> tuple[Path, Path]:
    """Build a synthetic book with our extension and without; return both sites."""
    ours, stock = Ours(folder / "ours"), Stock(folder / "stock")
    for book in (ours, stock):
        synthetic.make(root, book.root, chapters=2, claims=False)
    synthetic.without_the_extension(stock.root)
    check_all_ran([book.build() for book in (ours, stock)], 2)
    return ours.root / "_build/site/en", stock.root / "_build/html"


def _weighed(
    browser: Browser, page: str, homes: Sequence[str], later: str
) -> Iterator[Row]:
    """Weigh one page of each site: ours, then Jupyter Book's if there is one."""
    found = [page_weight.weigh(browser, home + page, home + later) for home in homes]

    def row(what: str, unit: str, budget: float | None, *values: float) -> Row:
        ours, *stock = values
        return Row(what, ours, unit, budget, stock=stock[0] if stock else None)

    kilobytes = [w.first.bytes / KILOBYTE for w in found]
    yield row(f"{page}: first visit", "kB", page_weight.FIRST / KILOBYTE, *kilobytes)
    requests = [len(w.first.requests) for w in found]
    yield row("  requests", "", page_weight.REQUESTS, *requests)
    asked = [len(w.first.elsewhere(home)) for w, home in zip(found, homes, strict=True)]
    yield row("  of them, to others", "", 0, *asked)
    kilobytes = [w.later.bytes / KILOBYTE for w in found]
    yield row("  a chapter after it", "kB", page_weight.LATER / KILOBYTE, *kilobytes)
    yield row(
        "  largest part seen, on a slow line", "s", None, *(w.largest for w in found)
    )
    yield row("  loaded, on a slow line", "s", None, *(w.loaded for w in found))
    yield row("  errors in the console", "", 0, *(w.errors for w in found))
    yield row("  violations that axe finds", "", 0, *(w.violations for w in found))


def _clicks(root: Path) -> Iterator[Row]:
    """Time a click on *Run*, by a Python in the page and by a kernel."""
    site = _built(root)
    if not (site / PUBLISHED).exists():
        raise CommandError("pages have no Python; to fetch it: make book")
    with chromium.browser() as browser:
        for where, click, budget in (
            ("in the page", clicks.in_page, IN_PAGE),
            ("live", clicks.live, LIVE),
        ):
            found = [click(browser, site) for _ in range(CLICKS)]
            first, again = (median(seconds) for seconds in zip(*found, strict=True))
            what = f"{where}: click to first output (median of {CLICKS})"
            yield Row(what, first, "s", budget)
            yield Row("  click to the next one", again, "s")
    fetched = sum(
        len(gzip.compress(file.read_bytes(), mtime=0))
        for file in (site / PUBLISHED).iterdir()
    )
    yield Row("fetched by the first click in a page", fetched / MEGABYTE, "MB", FETCHED)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        yield Path(folder).resolve()


def check_all_ran(builds: Sequence[Built], chapters: int) -> None:
    """Raise CommandError if a build left cells out: then it can't be compared.

    Jupyter Book builds a page whose cells fail, and that takes less time.
    """
    for built in builds:
        if len(built.ran) != chapters:
            raise CommandError(
                f"a clean build ran the cells of {len(built.ran)} chapters, "
                f"not of {chapters}"
            )


def _clean(title: str, builds: Sequence[Built], pages: int) -> Iterator[Row]:
    """Compare clean builds: ours, then Jupyter Book's if there is one."""
    limit = allowed(pages)
    seconds = [built.seconds for built in builds]
    yield compared(f"{title}clean build", seconds, "s", builds[0].cells + limit)
    yield compared("  of it, not cells", [built.rest for built in builds], "s", limit)
    megabytes = [built.peak / MEGABYTE for built in builds]
    yield compared("  peak memory", megabytes, "MB", MEMORY)


def _again(title: str, books: Sequence[Buildable], page: str) -> Iterator[Row]:
    """Build again: first with nothing changed, then with a page's prose changed."""
    yield from repeated(f"{title}nothing changed", books, lambda *_: None, UNCHANGED)

    def edit(book: Buildable, number: int) -> None:
        change_prose(book.root / f"{page}.md", number)

    yield from repeated(f"{title}prose of {page}", books, edit, PROSE)


def repeated(
    what: str,
    books: Sequence[Buildable],
    edit: Callable[[Buildable, int], None],
    budget: float,
) -> Iterator[Row]:
    """Edit and build each book in turn, `REPEATS` times: no cell should run."""
    builds: list[list[Built]] = [[] for _ in books]
    for number in range(REPEATS):
        for book, made in zip(books, builds, strict=True):
            edit(book, number)
            made.append(book.build())
    seconds = [median(built.seconds for built in made) for made in builds]
    yield compared(f"{what} (median of {REPEATS})", seconds, "s", budget)
    ran = [max(len(built.ran) for built in made) for made in builds]
    yield compared("  pages whose cells ran", ran, "", 0)


def compared(what: str, values: Sequence[float], unit: str, budget: float) -> Row:
    """Make a row of one value, ours, or of two: the second is Jupyter Book's."""
    ours, *stock = values
    return Row(what, ours, unit, budget, stock=stock[0] if stock else None)


Parts = list[Iterator[Row]]  # each is measured even if another one fails

GROUPS: dict[str, Callable[[Path, Sequence[int]], Parts]] = {
    "package": lambda _root, _chapters: [_package()],
    "real": lambda root, _chapters: [_real(root)],
    "growth": lambda root, chapters: [_growth(root, count) for count in chapters],
    "stock": lambda root, chapters: [_stock(root, count) for count in chapters],
    "clicks": lambda root, _chapters: [_clicks(root)],
    "pages": lambda root, _chapters: [_pages(root), _stock_pages(root)],
}
