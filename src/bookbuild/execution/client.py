"""Run a chapter's cells in a kernel, and end whatever they leave running.

A chapter fails if a cell raises, takes too long or puts out too much, if its kernel
dies, or if it leaves anything behind.
"""

import atexit
import os
import signal
import time
import traceback
from ast import literal_eval
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any, TextIO

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from bookbuild.execution.code_names import ARGUMENTS, folders, renamed
from bookbuild.execution.hints import hint
from bookbuild.execution.leaks import FINISH, THREADS, Watch
from bookbuild.execution.terminal import merged, plain
from bookbuild.project.places import place

LONGEST = 200  # characters of a line in a report
CLOSING = "end or close what a cell opens: with, shutdown(), join(), unlink()"
MOST_LINES, MOST_CHARACTERS = 2_000, 200_000  # of the text that a cell puts out
OUTPUTS_VERSION = 2  # raise it when the same cells would get other outputs
LESS = "show less: a count, a few of them, a drawing"
MEMORY = "memory ran out, and the system killed a process of this machine for it"


@dataclass(frozen=True)
class Place:
    """A code cell of a chapter: number `cell` of `cells`, at `line` of the source.

    In a notebook, cells have no lines.
    """

    cell: int
    cells: int
    line: int | None
    code: str


def _places(notebook: Any) -> dict[int, Place]:
    """Map the index of each code cell to its place."""
    lines = notebook.metadata.get("source_map")  # of a text
    code = [n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    return {
        index: Place(
            number,
            len(code),
            lines[index] + 1 if lines else None,
            notebook.cells[index].source,
        )
        for number, index in enumerate(code, 1)
    }


class KernelClient(NotebookClient):
    """Extend nbclient's client: note which cell runs, and what it leaves."""

    def __init__(
        self,
        *args: Any,
        on_cell: Callable[[Place], object],
        on_second: Callable[[Place, float], object],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.on_cell = on_cell  # called before each code cell runs
        self.on_second = on_second  # called each second, with the seconds it has run
        self.places = _places(self.nb)
        self.place: Place | None = None  # of the cell that ran last
        self.began = 0.0  # when that cell did
        self.cell: Any = {}  # that cell
        self.watch = Watch()
        self.process: Popen[bytes] | None = None  # the kernel's

    async def async_execute_cell(
        self, cell: Any, cell_index: int, *args: Any, **kwargs: Any
    ) -> Any:
        if cell.cell_type != "code":
            return cell
        if not self.place:
            assert self.km is not None
            self.process = getattr(self.km.provisioner, "process", None)
            self.watch.before(await self._ask(THREADS))
        self.began = time.monotonic()
        self.place, self.cell = self.places[cell_index], cell
        self.on_cell(self.place)
        ran = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        if excess := _excess([*merged(cell.outputs)]):
            raise OutputError("", "Output", excess)
        kernel = self.process.pid if self.process else 0
        self.watch.look(kernel)
        if self.place.cell == self.place.cells:
            self.watch.after(kernel, await self._ask(THREADS))
            if not self.watch.left:  # otherwise it would wait for what is left
                await self._ask(FINISH)
        return ran

    async def _ask(self, expression: str) -> list[str]:
        """Evaluate `expression` in the kernel, without a trace in its history."""
        assert self.kc is not None
        asked = self.kc.execute(
            "", silent=True, store_history=False, user_expressions={"it": expression}
        )
        reply = await self.async_wait_for_reply(asked)
        assert reply is not None  # or it would have raised CellTimeoutError
        answer = reply["content"]["user_expressions"]["it"]
        return list(literal_eval(answer["data"]["text/plain"]))


@dataclass(frozen=True)
class Run:
    """The result of running a notebook's cells; the outputs are in the notebook."""

    seconds: float
    place: Place | None = None  # of the last cell that ran
    failure: str = ""  # what that cell did wrong, in a few words; empty if nothing
    hint: str = ""  # what to do about it, if that's known

    def report(self, source: str) -> str:
        """Say in at most three lines where and why the cells of `source` failed."""
        if self.place is None:
            return f"{source}: {self.failure}"
        it = self.place
        cell = f"{place(source, it.line)}: code cell {it.cell} of {it.cells}"
        starts = it.code.strip().partition("\n")[0][:70]
        lines = [f"{cell} {self.failure}", f"it starts: {starts}", self.hint]
        return "\n    ".join(filter(None, lines))


def run_cells(
    notebook: Any,
    folder: Path,
    *,
    timeout: float | None,
    env: Mapping[str, str] | None = None,
    on_cell: Callable[[Place], object] = lambda _place: None,
    on_second: Callable[[Place, float], object] = lambda _place, _seconds: None,
    log: TextIO | None = None,
    root: Path | None = None,
    **options: Any,
) -> Run:
    """Run the code cells of `notebook` in `folder`, up to the first that fails.

    Outputs go into their cells, with the names of files below `root`, or else `folder`,
    instead of this machine's. A cell may take `timeout` seconds. The kernel has the
    variables `env` in addition to this process's. `on_cell` is called before each cell,
    and `on_second` each second, with the seconds that it has run for. What kernels
    write to their terminal, and a failure's traceback, goes to `log`, or else to
    stderr. Other options are nbclient's. When this returns, nothing that the cells
    started is still running.
    """
    # nbclient stops waiting for an output after 4 s, and the page would lack it.
    patient = {"iopub_timeout": 60, "raise_on_iopub_timeout": True} | options
    client = KernelClient(
        notebook,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=[*ARGUMENTS],
        record_timing=False,  # it would be in the cells, and in the cache's key
        timeout=timeout,
        on_cell=on_cell,
        on_second=on_second,
        **patient,
    )
    began, killed = time.perf_counter(), killed_for_memory()
    failure = advice = ""
    try:
        _watched(client, log, env or {})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        traceback.print_exc(file=log)
        failure = _failure(client, error)[:LONGEST]
        advice = _hint(client, error)
        if killed_for_memory() > killed:
            advice = MEMORY
    known = folders(root or folder, client.watch.folder)
    for cell in (notebook.cells[index] for index in client.places):
        # Not before: later cells may update what an earlier one displays.
        cell.outputs = [renamed(it, known) for it in merged(cell.outputs)]
    return Run(time.perf_counter() - began, client.place, failure, advice)


def killed_for_memory(root: str = "/") -> int:
    """Return how many processes Linux has killed since it started: out of memory."""
    try:
        text = Path(root, "proc/vmstat").read_text("utf8")
    except OSError:
        return 0
    return sum(int(line[9:]) for line in text.splitlines() if line[:9] == "oom_kill ")


def _failure(client: KernelClient, error: Exception) -> str:
    """Say in a few words what the last cell did wrong."""
    if isinstance(error, LeakError | OutputError):
        return error.words.format(error.evalue)
    if isinstance(error, CellExecutionError):
        words = plain(error.evalue).strip().splitlines()
        return f"raised {': '.join([error.ename, *words[:1]])}"
    if isinstance(error, DeadKernelError):
        return f"ended the kernel{_how(client)}"
    limit = f"the limit of {client.timeout} s (execute: timeout in _config.yml)"
    return f"ran longer than {limit}"


def _hint(client: KernelClient, error: Exception) -> str:
    """Say what to do about an error that the last cell raised or printed."""
    if isinstance(error, LeakError | OutputError):
        return error.advice
    printed = [output.get("text", "") for output in client.cell.get("outputs", [])]
    return hint("".join([*printed, str(error)]))


def _how(client: KernelClient) -> str:
    """Return the signal or exit status that ended the kernel; empty if unknown."""
    status = client.process.poll() if client.process else None
    if status is None:
        return ""
    names = {-each.value: each.name for each in signal.Signals}
    return f" ({names.get(status, f'exit {status}')})"


class LeakError(CellExecutionError):
    """A chapter left processes, threads, ports, memory or files behind."""

    words, advice = "is the last, and left {}", CLOSING


class OutputError(CellExecutionError):
    """A cell put out more than anyone will read."""

    words, advice = "put out {}", LESS


def _excess(outputs: Sequence[Any]) -> str:
    """Say by how much the text below a cell is too long; empty if it isn't."""
    data = (output.get("data", {}) for output in outputs)
    shown = [each["text/plain"] for each in data if [*each] == ["text/plain"]]
    text = "".join([*shown, *(output.get("text", "") for output in outputs)])
    lines, characters = text.count("\n"), len(text)
    if lines > MOST_LINES:
        return f"{lines:,} lines of text, and {MOST_LINES:,} are the most"
    if characters > MOST_CHARACTERS:
        return f"{characters:,} characters, and {MOST_CHARACTERS:,} are the most"
    return ""


#: Chapters run here, one after another. In the main thread, nbclient would install its
#: own signal handlers, and the build would lose its own.
_thread = ThreadPoolExecutor(1, "chapter")


def _watched(client: KernelClient, log: TextIO | None, env: Mapping[str, str]) -> None:
    """Execute the chapter; raise LeakError if it leaves anything behind."""
    env = {**os.environ, **env, **client.watch.environment}
    running = _thread.submit(client.execute, stdout=log, stderr=log, env=env)
    try:
        while not running.done():
            wait([running], timeout=1)  # on Windows, Ctrl-C doesn't end a longer one
            if client.place and not running.done():
                client.on_second(client.place, time.monotonic() - client.began)
        running.result()
    except BaseException:
        # What an interrupted chapter leaves is no fault, and neither is its kernel; a
        # kernel that was about to start may appear a moment later.
        client.watch.end(patience=0)
        while not running.done():
            wait([running], timeout=0.1)
            client.watch.end(patience=0)
        raise
    finally:
        atexit.unregister(client._cleanup_kernel)  # nbclient doesn't if none started
    if left := client.watch.end():
        raise LeakError("", "Left", "; ".join(left))
