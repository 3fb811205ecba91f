"""Which kernel runs a chapter, what can it import, and which cell is it at?"""

import atexit
import os
import re
import signal
import time
from ast import literal_eval
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from subprocess import Popen
from typing import Any, TextIO

from docutils import nodes
from jupyter_cache.executors import utils as executors
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.execution import memory
from bookbuild.execution.hints import mend
from bookbuild.execution.kernel_env import make_importable
from bookbuild.execution.leaks import FINISH, THREADS, Watch

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
PATIENCE = 60  # seconds for a kernel that has nothing to do
LONGEST = 200  # characters of a line in a report
CLOSING = "end or close what a cell opens: with, shutdown(), join(), unlink()"
MEMORY = "memory ran out, and the system killed a process of this machine for it"


@dataclass(frozen=True)
class Place:
    """A code cell of a chapter: number `cell` of `cells`, at `line` of the source."""

    cell: int
    cells: int
    line: int
    code: str

    @property
    def first_line(self) -> str:
        """How the cell's code starts, for a message."""
        lines = self.code.strip().splitlines()
        return lines[0][:70] if lines else ""


class Client(NotebookClient):
    """nbclient's client, which also remembers where it is."""

    # Of the chapter being read: they run one at a time.
    last: Place | None = None  # stays None where the outputs come from the cache
    failure = ""  # what its last cell did wrong, in a few words
    mend = ""  # and what to do about it, where that is known
    on_cell: Callable[[Place], None] | None = None  # told of each cell before it runs
    noise: TextIO | None = None  # where kernels' own words go; None: to the terminal

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.watch = Watch()
        self.killed = memory.killed()
        self.process: Popen[bytes] | None = None  # the kernel's

    async def async_execute_cell(
        self, cell: Any, cell_index: int, *args: Any, **kwargs: Any
    ) -> Any:
        cells = self.nb.cells
        code = [number for number, c in enumerate(cells) if c.cell_type == "code"]
        if cell_index == code[0]:
            assert self.km is not None
            self.process = getattr(self.km.provisioner, "process", None)
            self.watch.before(await self._ask(THREADS))
        if cell_index in code:
            lines = self.nb.metadata.get("source_map") or [0] * len(cells)
            Client.last = Place(
                code.index(cell_index) + 1,
                len(code),
                lines[cell_index] + 1,
                cell.source,
            )
            if Client.on_cell:
                Client.on_cell(Client.last)
        try:
            ran = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        except BaseException as error:
            said = [output.get("text", "") for output in cell.get("outputs", [])]
            Client.mend = mend("".join([*said, str(error)]))
            raise
        kernel = self.process.pid if self.process else 0
        self.watch.look(kernel)
        if cell_index == code[-1]:
            self.watch.after(kernel, await self._ask(THREADS))
            if not self.watch.left:  # or else it would wait for what is left
                await self._ask(FINISH)
        return ran

    async def _ask(self, expression: str) -> list[str]:
        """What the kernel says to `expression`, without a trace in its chapter."""
        assert self.kc is not None
        asked = self.kc.execute(
            "", silent=True, store_history=False, user_expressions={"it": expression}
        )
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            try:
                reply = await ensure_async(self.kc.get_shell_msg(timeout=1))  # type: ignore[attr-defined]
            except Empty:
                if self.process is None or self.process.poll() is None:
                    continue
                raise DeadKernelError("it died between two cells") from None
            if reply["parent_header"].get("msg_id") == asked:
                said = reply["content"]["user_expressions"]["it"]
                return list(literal_eval(said["data"]["text/plain"]))
        raise TimeoutError(f"between two cells the kernel was silent for {PATIENCE} s")


def _execute(notebook: Any, cwd: str, **options: Any) -> Any:
    """What nbclient's function of this name does, with our client."""
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        return notebook  # without the second that a kernel takes to start
    where = {"metadata": {"path": cwd}}
    # After 4 s without an output nbclient would go on, and the page would lack it.
    patient = {"iopub_timeout": 60, "raise_on_iopub_timeout": True} | options
    client = Client(notebook, resources=where, coalesce_streams=True, **patient)
    try:
        return _watched(client)
    except LeakError as leak:
        Client.failure = f"is the last, and left {leak.evalue}"[:LONGEST]
        Client.mend = CLOSING
        raise
    except CellExecutionError as error:
        words = ESCAPES.sub("", error.evalue).strip().splitlines()
        Client.failure = f"raised {': '.join([error.ename, *words[:1]])}"[:LONGEST]
        raise
    except CellTimeoutError:
        limit = f"the limit of {options['timeout']} s (execute: timeout in _config.yml)"
        Client.failure = f"ran longer than {limit}"
        raise
    except DeadKernelError:
        Client.failure = f"ended the kernel{_how(client)}"
        raise CellExecutionError("", "DeadKernelError", "") from None
    finally:
        if memory.killed() > client.killed:
            Client.mend = MEMORY


def _how(client: Client) -> str:
    """How the kernel died, as far as it can be told."""
    status = client.process.poll() if client.process else None
    if status is None:
        return ""
    names = {-each.value: each.name for each in signal.Signals}
    return f" ({names.get(status, f'exit {status}')})"


class LeakError(CellExecutionError):
    """A chapter has left something behind; to the cache, an error like any other."""


#: Chapters run here, one after another. In the main thread, nbclient would take signals
#: for itself, and leave the build without them.
_thread = ThreadPoolExecutor(1, "chapter")


def _watched(client: Client) -> Any:
    """Execute the chapter, and see to it that nothing is left of it."""
    environment = os.environ | client.watch.environment
    running = _thread.submit(
        client.execute, stdout=Client.noise, stderr=Client.noise, env=environment
    )
    try:
        while not running.done():
            wait([running], timeout=1)  # on Windows, Ctrl-C does not end a longer one
        made = running.result()
    except BaseException:
        # What a chapter leaves in the middle is no fault. Nor is its kernel, if we were
        # interrupted; one that was about to start may come a moment later.
        client.watch.end(patience=0)
        while not running.done():
            wait([running], timeout=0.1)
            client.watch.end(patience=0)
        raise
    finally:
        atexit.unregister(client._cleanup_kernel)  # nbclient forgets where none started
    if left := client.watch.end():
        raise LeakError("", "Left", "; ".join(left))
    return made


def has_code_cells(tree: nodes.document) -> bool:
    """Whether MyST-NB took any part of the page for a code cell."""
    containers = tree.findall(nodes.container)
    return any(box.get("nb_element") == "cell_code" for box in containers)


def _forget(*_: object) -> None:
    Client.last, Client.failure, Client.mend = None, "", ""


def _prepare(app: Sphinx, config: Config) -> None:
    make_importable(Path(app.srcdir))
    # MyST-NB would take a relative path from wherever the build was started.
    cache = Path(config.nb_execution_cache_path or "_build/.jupyter_cache")
    config.nb_execution_cache_path = str(Path(app.srcdir) / cache)


def setup(app: Sphinx) -> None:
    executors.executenb = _execute
    app.connect("config-inited", _prepare)
    app.connect("source-read", _forget)
