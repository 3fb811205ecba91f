"""Open and run every chapter as Binder would, in a Chromium.

The environment is made from `binder/`, but without a container: the interpreter is the
current one, and packages that `binder/requirements.txt` doesn't pin are newer.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from bookbuild.checks.trial import copy_tree
from bookbuild.console import CommandError, complain
from bookbuild.notebooks.jupyterlab import KERNEL
from bookbuild.project.book import Book
from bookbuild.project.venv import renew, venv_python
from bookbuild.web.chromium import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = "_build/binder"
RUNTIME = ".runtime"  # where the server writes its address; not copied
START = 60  # seconds within which a server starts
OPENS = 60_000  # milliseconds within which a chapter opens
RUNS = 600_000  # milliseconds within which its cells end
SERVE = ("notebook", "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root")
NOTEBOOK = ".jp-NotebookPanel .jp-Cell"
# The indicator is idle even before there is a kernel.
READY = """() => {
    const kernel = document.querySelector(".jp-Toolbar-kernelName");
    const state = document.querySelector(".jp-Notebook-ExecutionIndicator");
    return kernel && kernel.textContent !== "No Kernel"
        && state.dataset.status === "idle";
}"""
RUN_ALL = (
    ".lm-MenuBar-itemLabel:text-is('Run')",
    ".lm-Menu-itemLabel:text-is('Run All Cells')",
)
EDITOR = ".jp-FileEditor"
# A queued or running cell has a star. An error has the type of stderr and begins with a
# line of dashes, unlike what workers write there.
FINISHED = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
        .map((prompt) => prompt.textContent);
    return !prompts.some((text) => text.includes("*"))
        && prompts.some((text) => /\\d/.test(text));
}"""
COUNTED = """() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const prompts = all(".jp-CodeCell .jp-InputPrompt");
    const errors = all("[data-mime-type$='jupyter.stderr']")
        .map((output) => output.textContent.trim())
        .filter((text) => text.startsWith("-----"));
    return {
        cells: prompts.length,
        ran: prompts.filter((prompt) => /\\d/.test(prompt.textContent)).length,
        errors: errors.map((text) => text.split("\\n").at(-1)),
    };
}"""
# JupyterLab's words for a directive that its MyST lacks.
UNKNOWN = "Unknown Directive"


class Server:
    """A Jupyter server on loopback, as Binder starts one for a reader."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def address(self, file: str) -> str:
        """Return where the button leads; reset opens nothing from earlier visits."""
        return f"{self.url}{opened(file)}?token={self.token}&reset"

    def forget(self) -> None:
        """End all kernels, so that each chapter has the machine for itself."""
        for session in json.loads(self._ask("GET", "api/sessions")):
            self._ask("DELETE", f"api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        asked = Request(f"{self.url}{path}", headers=headers, method=method)
        with urlopen(asked, timeout=START) as answer:
            return bytes(answer.read())


@dataclass(frozen=True)
class Tried:
    """The outcome of a chapter: how it opened, and what its cells did."""

    file: str
    problem: str = ""  # why it didn't open as a notebook, or not completely
    cells: int = 0
    ran: int = 0
    errors: Sequence[str] = ()
    seconds: float = 0

    @property
    def right(self) -> bool:
        return 0 < self.ran == self.cells and not self.errors and not self.problem

    def __str__(self) -> str:
        if not self.cells:
            return f"{self.file}: {self.problem or 'nothing to run'}"
        ran = f"a notebook, {self.ran} of {self.cells} cells run"
        wrong = filter(None, [*self.errors, self.problem])
        what = "; ".join(wrong) or "no error"
        return f"{self.file}: {ran}, {what}, {self.seconds:.0f} s"


def binder(book: Book) -> int:
    """Open every chapter as Binder would, run its cells, and print a line for each.

    Returns 1 if one doesn't open as a notebook or a cell fails, else 0.
    """
    copy = book.root / FOLDER
    with browser() as chromium:  # before installing anything
        copy_tree(book.root, copy)
        prepare(copy)
        runtime = (copy / "binder/runtime.txt").read_text("utf8").strip()
        print(f"with python-{platform.python_version()}; on Binder it is {runtime}")
        with _serving(copy) as server:
            wrong = [tried.file for tried in _wrong(copy, chromium, server)]
    if wrong:
        return complain(f"these chapters fail on Binder: {', '.join(wrong)}")
    return 0


def _wrong(copy: Path, chromium: Browser, server: Server) -> Iterator[Tried]:
    """Try each chapter, print its outcome, and yield it if it isn't right."""
    for file in chapters(Book(copy)):
        allowed = (copy / file).read_text("utf8").count("raises-exception")
        context = chromium.new_context()  # of a new reader
        tried = _try(context.new_page(), server, file, allowed)
        print(tried, flush=True)
        context.close()
        server.forget()
        if not tried.right:
            yield tried


def opened(file: str) -> str:
    """Return the path that a chapter's button asks Binder to open."""
    return f"lab/tree/{file}"


def chapters(book: Book) -> list[str]:
    """List the files that have a button, in the order of the book."""
    files = [f"{page}.md" for page in book.pages]
    return [
        file for file in files if KERNEL.match((book.root / file).read_text("utf8"))
    ]


def prepare(copy: Path) -> None:
    """Install what Binder would; raise CommandError if that fails."""
    renew(copy, ["--requirement", str(copy / "binder/requirements.txt")])
    ran = subprocess.run(
        [copy / "binder/postBuild"],
        cwd=copy,
        env=_environment(copy),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        lines = ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"]
        raise CommandError(f"binder/postBuild failed: {lines[-1]}")


def _environment(copy: Path) -> dict[str, str]:
    """Return the environment of Binder, where the book is the user's home."""
    others = ("JUPYTER", "IPYTHON", "PYTHON")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(others)}
    programs = venv_python(copy).parent
    return kept | {
        "HOME": str(copy),
        "JUPYTER_RUNTIME_DIR": str(copy / RUNTIME),
        "NB_PYTHON_PREFIX": str(programs.parent),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }


@contextlib.contextmanager
def _serving(copy: Path) -> Iterator[Server]:
    """Start the server as Binder does, and end it after the block."""
    token = secrets.token_hex()
    log = copy / "_build/server.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as file:
        process = subprocess.Popen(
            [venv_python(copy).with_name("jupyter"), *SERVE],
            cwd=copy,
            env=_environment(copy) | {"JUPYTER_TOKEN": token},
            stdout=file,
            stderr=file,
        )
        try:
            yield Server(_url(process, copy, log), token)
        finally:
            process.terminate()
            process.wait()


def _url(process: subprocess.Popen[bytes], copy: Path, log: Path) -> str:
    file = copy / RUNTIME / f"jpserver-{process.pid}.json"
    give_up = time.monotonic() + START
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):  # missing, or half written
            return str(json.loads(file.read_text("utf8"))["url"])
        time.sleep(0.1)
    raise CommandError(f"the Jupyter server didn't start; see {log}")


def _try(page: Page, server: Server, file: str, allowed: int) -> Tried:
    """Open a chapter as the button would, run all its cells, and return the outcome."""
    from playwright.sync_api import TimeoutError

    problem = ""
    began = time.monotonic()
    try:
        page.goto(server.address(file))
        page.wait_for_selector(f"{NOTEBOOK}, {EDITOR}", timeout=OPENS)
        if page.query_selector(EDITOR):
            return Tried(file, problem="opened as text, and not as a notebook")
        page.wait_for_function(READY, timeout=OPENS)
        for label in RUN_ALL:
            page.click(label)
        page.wait_for_function(FINISHED, timeout=RUNS, polling=500)
    except TimeoutError as error:
        problem = error.message.splitlines()[0]
    if page.get_by_text(UNKNOWN).count():
        problem = "it has a directive that JupyterLab doesn't know"
    found = page.evaluate(COUNTED)
    seconds = time.monotonic() - began
    errors = tuple(found["errors"]) if len(found["errors"]) != allowed else ()
    return Tried(file, problem, found["cells"], found["ran"], errors, seconds)
