"""Measure what the design sets budgets for, on this machine, one thing at a time."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from statistics import median
from typing import TYPE_CHECKING

from bookbuild.bench import clicks, package_cost, page_weight, synthetic
from bookbuild.bench.noise import chosen
from bookbuild.bench.timed_builds import Buildable, Built, Ours, Stock, check_all_ran
from bookbuild.checks.trial import copy_tree
from bookbuild.console import CommandError, complain
from bookbuild.execution.cache import OUTPUTS
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
UNCHANGED, PROSE = 4, 5  # seconds to build again
EDITION = 15  # percent of the first one, for each other edition
CLICKS, SAVES = 5, 20
SAVED = 1.5  # seconds from a save to the page that shows it
IN_PAGE, LIVE = 3.5, 1.3  # seconds from a click to the first output
FETCHED = 6.5  # megabytes
WEIGHED = (  # of a page: the numbers of a `page_weight.Weight`, their units and budgets
    ("{page}: first visit", "kB", page_weight.FIRST / KILOBYTE),
    ("  requests", "", page_weight.REQUESTS),
    ("  of them, to others", "", 0),
    ("  a chapter after it", "kB", page_weight.LATER / KILOBYTE),
    ("  largest part seen, on a slow line", "s", None),
    ("  errors in the console", "", 0),
    ("  violations that axe finds", "", 0),
)


@dataclass(frozen=True)
class Row:
    """A measured value and its budget, a maximum or a minimum; no unit: a count.

    The first of `values` is ours, a second one is what Jupyter Book needs, alone.
    """

    what: str
    values: Sequence[float]
    unit: str
    budget: float | None = None
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Return whether our value keeps its budget, if there is one."""
        if self.budget is None:
            return True
        ours = self.values[0]
        return ours >= self.budget if self.at_least else ours <= self.budget

    def __str__(self) -> str:
        limit = ""
        if self.budget is not None:
            number = f"{self.budget:,.2f}".rstrip("0").rstrip(".")
            sign = "≥" if self.at_least else "≤"
            limit = f"{sign} {number} {self.unit}".rstrip()
        ours, stock, *_ = [*map(self._shown, self.values), ""]
        line = _line(self.what, ours, stock, limit)
        return f"{line}{'' if self.kept else '  OVER'}".rstrip()

    def _shown(self, value: float) -> str:
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
    groups = [GROUPS[name] for name in chosen("group", only, GROUPS)]
    print(_line("", "ours", "stock", "budget"))
    kept = True
    for measure in (each for group in groups for each in group):
        try:
            for row in measure(book.root, chapters or CHAPTERS):
                print(row, flush=True)
                kept = kept and row.kept
        except CommandError as why:  # the others can be measured all the same
            complain(str(why))
            kept = False
    return 0 if kept else 1


def _package(_root: Path, _chapters: Sequence[int]) -> Iterator[Row]:
    imports = [package_cost.import_time() for _ in range(11)]
    what = "import paralelo, in a worker (median of 11)"
    yield Row(what, [1e3 * median(imports)], "ms", 60)
    requests = package_cost.requests_in_flight()
    yield Row("requests in flight", [requests], "", 5_000, at_least=True)


def _real(root: Path, _chapters: Sequence[int]) -> Iterator[Row]:
    """Build a copy of the real book, and then build it again."""
    with _folder() as folder:
        book = Ours(folder)
        copy_tree(root, book.root)
        clean = book.build()
        for name, seconds in clean.ran.items():
            yield Row(f"cells of {name}", [seconds], "s", CELLS)
        pages = book.manifest["pages"]
        yield from _clean("", [clean], len(pages))
        (_, first), *others = book.manifest["editions"].items()
        for slug, other in others:
            share = 100 * other["seconds"] / first["seconds"]
            yield Row(f"  the edition {slug} on top of it", [share], "%", EDITION)
        yield from _again("", [book], max(clean.ran, key=lambda p: pages[p]["cells"]))


def _growth(root: Path, chapters: Sequence[int]) -> Iterator[Row]:
    """Build synthetic books, next to Jupyter Book, which has no claims to check."""
    for count in chapters:
        with _folder() as folder:
            books, clean = _both_built(root, folder, count)
            title = f"{count} chapters: "
            yield from _clean(title, clean, len(books[0].manifest["pages"]))
            yield from _again(title, books, synthetic.name(count // 2 + 1))


def _both_built(
    root: Path, folder: Path, count: int
) -> tuple[tuple[Ours, Stock], list[Built]]:
    """Build a synthetic book with our extension and without."""
    ours, stock = Ours(folder / "ours"), Stock(folder / "stock")
    for book in (ours, stock):
        synthetic.make(root, book.root, chapters=count)
    synthetic.without_the_extension(stock.root)
    clean = [ours.build(), stock.build()]
    check_all_ran(clean, count)
    return (ours, stock), clean


def _pages(root: Path, _chapters: Sequence[int]) -> Iterator[Row]:
    """Weigh pages of the real book, as it was built last."""
    folder = _site(root) / "en"
    pages = sorted(folder.glob("book/*/*.html"), key=lambda page: page.stat().st_size)
    names = [page.relative_to(folder).as_posix() for page in pages]
    special = [f"book/{name}.html" for name in ("index", "ledger", "glossary")]
    with chromium.browser() as browser, page_weight.served(folder) as home:
        for page in (names[-1], *special, "search.html"):
            yield from _weighed(browser, page, [home], later=names[0])


def _site(root: Path) -> Path:
    site = root / "_build/site"
    if not (site / "manifest.json").exists():
        raise CommandError("there are no pages to open; to build them: make book")
    return site


def _stock_pages(root: Path, _chapters: Sequence[int]) -> Iterator[Row]:
    """Weigh pages of a synthetic book, built by us and by Jupyter Book alone."""
    first, later = (f"{synthetic.name(number)}.html" for number in (1, 2))
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        browser = stack.enter_context(chromium.browser())
        books, _clean = _both_built(root, folder, 2)
        homes = [stack.enter_context(page_weight.served(book.site)) for book in books]
        for page in (first, "book/index.html", "search.html"):
            yield from _weighed(browser, page, homes, later)


def _weighed(
    browser: Browser, page: str, homes: Sequence[str], later: str
) -> Iterator[Row]:
    """Weigh one page of each site: ours, then Jupyter Book's if there is one."""
    weights = [page_weight.weigh(browser, home, page, later) for home in homes]
    rows = zip(WEIGHED, *weights, strict=True)
    for (what, unit, budget), *values in rows:
        yield Row(what.format(page=page), values, unit, budget)


def _clicks(root: Path, _chapters: Sequence[int]) -> Iterator[Row]:
    """Time a click on *Run*, by a Python in the page and by a kernel."""
    python = _site(root) / PUBLISHED
    if not python.exists():
        raise CommandError("pages have no Python; to fetch it: make book")
    with chromium.browser() as browser:
        for where, served, budget in (
            ("in the page", page_weight.served(python.parent), IN_PAGE),
            ("live", clicks.served_live(root), LIVE),
        ):
            with served as home:
                found = [clicks.click_twice(browser, home) for _ in range(CLICKS)]
            first, again = (median(seconds) for seconds in zip(*found, strict=True))
            what = f"{where}: click to first output (median of {CLICKS})"
            yield Row(what, [first], "s", budget)
            yield Row("  click to the next one", [again], "s")
    there = (path for path in python.rglob("*") if path.is_file())
    files = (gzip.compress(file.read_bytes(), mtime=0) for file in there)
    megabytes = sum(map(len, files)) / MEGABYTE
    yield Row("fetched by the first click in a page", [megabytes], "MB", FETCHED)


def _saves(root: Path, _chapters: Sequence[int]) -> Iterator[Row]:
    """Time saves of a page's prose in a copy of the book, next to its open page."""
    with _folder() as folder:
        copy_tree(root, folder)
        if (root / OUTPUTS).exists():  # or else all cells run first
            copytree(root / OUTPUTS, folder / OUTPUTS)
        with chromium.browser() as browser, clicks.served_live(folder) as home:
            found = clicks.save_often(browser, home, Ours(folder), SAVES)
    yield Row(
        f"live: save to the new page (median of {SAVES})", [median(found)], "s", SAVED
    )
    yield Row("  the slowest", [max(found)], "s")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        yield Path(folder).resolve()


def _clean(title: str, builds: Sequence[Built], pages: int) -> Iterator[Row]:
    """Compare clean builds: ours, then Jupyter Book's if there is one."""
    limit = allowed(pages)
    seconds = [built.seconds for built in builds]
    yield Row(f"{title}clean build", seconds, "s", builds[0].cells + limit)
    yield Row("  of it, not cells", [built.rest for built in builds], "s", limit)
    megabytes = [built.peak / MEGABYTE for built in builds]
    yield Row("  peak memory", megabytes, "MB", MEMORY)


def _again(title: str, books: Sequence[Buildable], page: str) -> Iterator[Row]:
    """Build again: first with nothing changed, then with a page's prose changed."""
    yield from repeated(f"{title}nothing changed", books, lambda *_: None, UNCHANGED)

    def edit(book: Buildable, number: int) -> None:
        book.change_prose(page, number)

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
    yield Row(f"{what} (median of {REPEATS})", seconds, "s", budget)
    ran = [max(len(built.ran) for built in made) for made in builds]
    yield Row("  pages whose cells ran", ran, "", 0)


#: Each function is given the book's folder and the sizes of synthetic books, and is
#: called even if another one fails.
GROUPS: dict[str, list[Callable[[Path, Sequence[int]], Iterator[Row]]]] = {
    "package": [_package],
    "real": [_real],
    "growth": [_growth],
    "clicks": [_clicks, _saves],
    "pages": [_pages, _stock_pages],
}
