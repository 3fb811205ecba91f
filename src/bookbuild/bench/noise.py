"""Count which claims fail because the machine is busy: none should."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bookbuild.build.preflight import problems as preflight
from bookbuild.console import CommandError, complain
from bookbuild.execution.leaks import sweep
from bookbuild.project.book import Book
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.machine import environment_info

MARK = "BOOKBUILD_NOISE"  # in the environment of all processes of an execution
CELL = re.compile(r"^(`{3,}|~{3,})\{code-cell\}[^\n]*\n(?P<code>.*?)^\1", re.S | re.M)
CHECK = re.compile(r"\bcheck\(")
COUNTED = (*Outcome, "raised")

Record = dict[str, Any]


class Condition(NamedTuple):
    """A state of the machine, and how many rounds of chapters are executed in it."""

    title: str
    rounds: int


#: `bookbuild.bench.run_page` puts itself under them.
CONDITIONS = {
    "quiet": Condition("nothing added", 1),
    "load": Condition("four busy processes", 6),
    "core": Condition("one core", 2),
}


def noise(
    book: Book,
    *,
    conditions: Sequence[str] = (),
    rounds: int | None = None,
    only: Sequence[str] = (),
) -> int:
    """Execute every page with claims under every condition.

    `conditions` and `only` select by name; `rounds` overrides the conditions' own
    numbers. Prints each execution and, even if interrupted, how often each claim failed
    or was undecided. Returns 1 if a claim fails or a cell raises.
    """
    if rounds is not None and rounds < 1:
        raise CommandError(f"rounds must be at least 1, got {rounds}")
    if problems := preflight(book):
        raise CommandError("\n".join(problems))
    picked = chosen("condition", conditions, CONDITIONS)
    pages = chosen("page with claims", only, _pages(book))
    _end_as_if_interrupted()
    print(environment_info())
    executions: list[Record] = []
    try:
        for execution in _executions(book.root, pages, picked, rounds):
            executions.append(execution)
            print(*_lines(execution), sep="\n", flush=True)
    except KeyboardInterrupt:
        return complain("interrupted")
    finally:
        print(*_summary(executions), sep="\n", flush=True)
    counts = _count(executions)
    return int(counts[Outcome.FAILS] + counts["raised"] > 0)


def chosen(what: str, names: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the names asked for, or all that are known; CommandError for another."""
    for name in names:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise CommandError(f"no {what} named {name!r}; there are: {there_are}")
    return list(names or known)


def _pages(book: Book) -> list[str]:
    """List the pages whose cells check claims, in the order of the contents."""
    texts = {page: (book.root / f"{page}.md").read_text("utf8") for page in book.pages}
    return [
        page
        for page, text in texts.items()
        if any(CHECK.search(cell["code"]) for cell in CELL.finditer(text))
    ]


def _end_as_if_interrupted() -> None:
    """Let signals that would end this process at once raise KeyboardInterrupt."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, signal.default_int_handler)


def _executions(
    root: Path, pages: Sequence[str], conditions: Sequence[str], rounds: int | None
) -> Iterator[Record]:
    for name in conditions:
        if name == "core" and not hasattr(os, "sched_setaffinity"):
            print(f"{name:14}left out: this system can't confine processes to cores")
            continue
        for number in range(1, (rounds or CONDITIONS[name].rounds) + 1):
            for page in pages:
                found = _execute(root, page, name)
                yield {"condition": name, "round": number, "page": page, **found}


def _execute(root: Path, page: str, condition: str) -> Record:
    """Run a page with `bookbuild.bench.run_page`; kill all that it leaves running."""
    with tempfile.TemporaryDirectory(prefix="noise", ignore_cleanup_errors=True) as own:
        found, source = Path(own, "found.json"), root / f"{page}.md"
        program = [sys.executable, "-m", "bookbuild.bench.run_page"]
        environment = os.environ | {
            "PYTHONPATH": str(root / "src"),
            "TMPDIR": own,
            "JUPYTER_RUNTIME_DIR": str(Path(own, "runtime")),
            MARK: own,
        }
        try:
            with Path(own, "log").open("w+", errors="replace") as log:
                status = subprocess.call(
                    [*program, source, condition, found],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is answered here, and once
                )
                log.seek(0)
                last = (log.read().strip() or "no output").splitlines()[-1]
        finally:
            sweep(MARK, own)
        if not status:
            return dict(json.loads(found.read_text("utf8")))
    error = f"the process that ran the page ended with status {status}: {last}"
    return {"seconds": 0.0, "error": error, "verdicts": []}


def _lines(execution: Record) -> Iterator[str]:
    """Show one execution: its counts, its error, and the claims that failed."""
    counts = _count([execution])
    shown = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    where = f"{execution['condition']} {execution['round']}"
    yield f"{where:14}{execution['page']:32}{execution['seconds']:7.1f} s  {shown}"
    if execution["error"]:
        yield f"    ! {execution['error']}"
    for record in execution["verdicts"]:
        if record["outcome"] == Outcome.FAILS:
            yield f"    {SIGNS[Outcome.FAILS]} {record['id']}: {record['text']}"


def _summary(executions: Sequence[Record]) -> Iterator[str]:
    """Count the outcomes by condition, then list the claims that didn't hold."""
    groups = {
        f"{name} ({condition.title})": [e for e in executions if e["condition"] == name]
        for name, condition in CONDITIONS.items()
    }
    yield "\n" + _row("", "pages", *COUNTED)
    for title, some in (groups | {"all": executions}).items():
        counts = _count(some)
        yield _row(title, len(some), *(counts[each] for each in COUNTED))
    yield ""
    yield from _claims(executions)


def _row(title: str, *numbers: object) -> str:
    return f"{title:32}" + "".join(f"{each:>11}" for each in numbers)


def _count(executions: Sequence[Record]) -> Counter[str]:
    """Count the outcomes of all claims, and the pages with a cell that raised."""
    outcomes = (record["outcome"] for ran in executions for record in ran["verdicts"])
    return Counter(outcomes) + Counter(raised=sum(bool(r["error"]) for r in executions))


def _claims(executions: Sequence[Record]) -> Iterator[str]:
    """List each claim that failed or is undecided: how often, why, and an example."""
    every: Counter[str] = Counter()
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for ran in executions:
        for record in ran["verdicts"]:
            every[record["id"]] += 1
            if record["outcome"] != Outcome.HOLDS:
                why = record["reason"] or f"under {ran['condition']}"
                found[record["outcome"], record["id"], why].append(_words(record))
    for (outcome, claim, why), shown in sorted(found.items()):
        times = f"{outcome} {len(shown)} of {every[claim]} times"
        yield f"{claim}: {times}, {why}: {shown[-1]}"


def _words(record: Record) -> str:
    """Say why the claim is undecided, or show its evidence and bound."""
    if not record["reason"]:
        return str(record["text"])
    why = REASONS[record["reason"]].format_map(record["details"])
    return f"{why}, such as {record['text']}"
