"""Count which claims fail because the machine is busy: none should."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bookbuild.bench.conditions import CONDITIONS, Condition, unavailable
from bookbuild.bench.run_page import has_claims, read
from bookbuild.build.preflight import problems as preflight
from bookbuild.console import CommandError, complain
from bookbuild.execution.processes import sweep
from bookbuild.project.book import Book
from paralelo.claims.verdict import REASONS, SIGNS, Outcome
from paralelo.machine import environment_info

RESULTS = "_build/noise.json"
MARK = "BOOKBUILD_NOISE"  # in the environment of all processes of an execution
TALLIED = (*Outcome, "raised")

Record = dict[str, Any]


def noise(
    book: Book,
    *,
    conditions: Sequence[str] = (),
    rounds: int | None = None,
    only: Sequence[str] = (),
) -> int:
    """Execute every page with claims under every condition.

    `conditions` and `only` select by name; `rounds` overrides the conditions' own
    numbers. Writes all verdicts to `_build/noise.json`, even if interrupted. Returns 1
    if a claim fails or a cell raises.
    """
    if rounds is not None and rounds < 1:
        raise CommandError(f"rounds must be at least 1, got {rounds}")
    if problems := preflight(book):
        raise CommandError("\n".join(problems))
    picked = chosen("condition", conditions, CONDITIONS)
    pages = chosen("page with claims", only, _pages(book))
    results = Results(book.root / RESULTS)
    try:
        with _ended_like_interrupted():
            for name in picked:
                _repeat(book.root, pages, CONDITIONS[name], rounds, results)
    except KeyboardInterrupt:
        complain("interrupted")
        results.summarize()
        return 1
    results.summarize()
    return int(results.failed)


def chosen(what: str, names: Sequence[str], known: Collection[str]) -> list[str]:
    """Return the names asked for, or all that are known; CommandError for another."""
    for name in names:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise CommandError(f"no {what} named {name!r}; there are: {there_are}")
    return list(names or known)


def _pages(book: Book) -> list[str]:
    """List the pages whose cells check claims, in the order of the contents."""
    notebooks = ((page, read(book.root, page)) for page in book.pages)
    return [page for page, notebook in notebooks if notebook and has_claims(notebook)]


@contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """Turn the signals that would end this process at once into KeyboardInterrupt."""
    ours = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores it
            ours[number] = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, before in ours.items():
            signal.signal(number, before)


def _repeat(
    root: Path,
    pages: Sequence[str],
    condition: Condition,
    rounds: int | None,
    results: Results,
) -> None:
    if why := unavailable(condition.name):
        results.leave_out(condition, why)
        return
    for number in range(1, (rounds or condition.rounds) + 1):
        for page in pages:
            found = _execute(root, page, condition.name)
            what = {"condition": condition.name, "round": number, "page": page}
            results.add(what | found)


def _execute(root: Path, page: str, condition: str) -> Record:
    """Run a page with `bookbuild.bench.run_page`; kill all that it leaves running."""
    with tempfile.TemporaryDirectory(prefix="noise", ignore_cleanup_errors=True) as own:
        folder = Path(own)
        arguments = [str(root), page, condition, str(folder / "found.json")]
        environment = os.environ | {
            "PYTHONPATH": str(root / "src"),
            "TMPDIR": own,
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            MARK: own,
        }
        try:
            with (folder / "log").open("wb") as log:
                ran = subprocess.run(
                    [sys.executable, "-m", "bookbuild.bench.run_page", *arguments],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is answered here, and once
                )
        finally:
            sweep(MARK, own)
        return _found(folder, ran.returncode)


def _found(folder: Path, status: int) -> Record:
    if not status:
        return dict(json.loads((folder / "found.json").read_text("utf8")))
    lines = (folder / "log").read_text("utf8", "replace").strip().splitlines()
    last = lines[-1] if lines else "no output"
    error = f"the process that ran the page ended with status {status}: {last}"
    return {"seconds": 0.0, "error": error, "verdicts": []}


@dataclass
class Results:
    """The verdicts of all executions, printed as they come and kept in `path`."""

    path: Path
    executions: list[Record] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # conditions, and why
    machine: Record = field(default_factory=lambda: asdict(environment_info()))

    @property
    def failed(self) -> bool:
        """Return whether a claim failed or a cell raised under any condition."""
        tally = self._tally(self.executions)
        return bool(tally[Outcome.FAILS] or tally["raised"])

    def add(self, execution: Record) -> None:
        """Keep and print one execution."""
        self.executions.append(execution)
        self._write()
        tally = self._tally([execution])
        counts = ", ".join(f"{tally[outcome]} {outcome}" for outcome in Outcome)
        where = f"{execution['condition']} {execution['round']}"
        print(
            f"{where:14}{execution['page']:32}{execution['seconds']:7.1f} s  {counts}"
        )
        if execution["error"]:
            print(f"    ! {execution['error']}")
        for record in execution["verdicts"]:
            if record["outcome"] == Outcome.FAILS:
                print(f"    {SIGNS[Outcome.FAILS]} {record['id']}: {record['text']}")
        sys.stdout.flush()

    def leave_out(self, condition: Condition, why: str) -> None:
        """Note and print that a condition wasn't tried."""
        self.left_out[condition.name] = why
        self._write()
        print(f"{condition.name:14}left out: {why}", flush=True)

    def summarize(self) -> None:
        """Print the table, then the claims that failed or were undecided."""
        by_condition = {name: self._under(name) for name in CONDITIONS}
        print(f"\n{'':32}{'pages':>10}", *(f"{word:>10}" for word in TALLIED))
        for name, some in by_condition.items():
            if some:
                self._row(f"{name} ({CONDITIONS[name].title})", some)
        self._row("all", self.executions)
        self._list(Outcome.FAILS, lambda ran, _: f"under {ran['condition']}")
        self._list(Outcome.UNDECIDED, lambda _, record: record["reason"])

    def _under(self, condition: str) -> list[Record]:
        return [ran for ran in self.executions if ran["condition"] == condition]

    def _row(self, name: str, executions: list[Record]) -> None:
        tally = self._tally(executions)
        print(f"{name:32}{len(executions):10}", *(f"{tally[w]:10}" for w in TALLIED))

    def _tally(self, executions: list[Record]) -> Counter[str]:
        outcomes = [
            record["outcome"] for ran in executions for record in ran["verdicts"]
        ]
        return Counter(outcomes) + Counter(
            raised=sum(bool(r["error"]) for r in executions)
        )

    def _list(self, outcome: Outcome, kind: Callable[[Record, Record], str]) -> None:
        """Print how often each claim had the outcome, in all and by kind."""
        every: Counter[str] = Counter()
        some: dict[str, Counter[str]] = {}
        last: dict[tuple[str, str], Record] = {}
        for ran in self.executions:
            for record in ran["verdicts"]:
                every[record["id"]] += 1
                if record["outcome"] == outcome:
                    kinds = some.setdefault(record["id"], Counter())
                    kinds[kind(ran, record)] += 1
                    last[record["id"], kind(ran, record)] = record
        for claim, kinds in sorted(some.items()):
            print(f"\n{claim}: {outcome} {kinds.total()} of {every[claim]} times")
            for word, count in kinds.most_common():
                print(f"    {count} × {word}: {_words(last[claim, word])}")

    def _write(self) -> None:
        content = {
            "machine": self.machine,
            "left_out": self.left_out,
            "executions": self.executions,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        text = json.dumps(content, indent=1, ensure_ascii=False)
        new.write_text(f"{text}\n", "utf8")
        new.replace(self.path)


def _words(record: Record) -> str:
    """Say why the claim is undecided, or show its evidence and bound."""
    if not record["reason"]:
        return str(record["text"])
    why = REASONS[record["reason"]].format_map(record["details"])
    return f"{why}, such as {record['text']}"
