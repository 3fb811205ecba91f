"""Open and run every chapter as Binder would, in a Chromium.

The environment is made from `binder/`, but without a container: the interpreter is the
current one, and packages that `binder/requirements.txt` doesn't pin are newer.
"""

from __future__ import annotations

import json
import os
import platform
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bookbuild.checks.trial import copy_tree
from bookbuild.console import CommandError, complain
from bookbuild.notebooks.jupyterlab import KERNEL
from bookbuild.project.book import Book
from bookbuild.project.venv import renew, venv_python
from bookbuild.web.chromium import browser

if TYPE_CHECKING:
    from playwright.sync_api import APIRequestContext, Browser, Page

FOLDER = "_build/binder"
RUNTIME = ".runtime"  # where the server writes its address; not copied
START = 60  # seconds within which a server starts
OPENS = 60_000  # milliseconds within which a chapter opens
RUNS = 600_000  # milliseconds within which its cells end
SERVE = ("notebook", "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root")
RUN_ALL = (
    ".lm-MenuBar-itemLabel:text-is('Run')",
    ".lm-Menu-itemLabel:text-is('Run All Cells')",
)
NOTEBOOK, EDITOR = ".jp-NotebookPanel .jp-Cell", ".jp-FileEditor"
KERNEL_NAME = ".jp-Toolbar-kernelName"
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
PROMPTS = ".jp-CodeCell .jp-InputPrompt"
RUNNING, RAN = "*", re.compile(r"\d")  # in the prompt of a cell
ERRORS = "[data-mime-type$='jupyter.stderr']"  # and what workers write to stderr
TRACEBACK = "-----"  # how the text of an error begins
UNKNOWN = "Unknown Directive"  # JupyterLab's words for one that its MyST lacks


class Server(NamedTuple):
    """A Jupyter server on loopback, as Binder starts one for a reader."""

    url: str
    token: str

    def address(self, file: str) -> str:
        """Return where the button leads; reset opens nothing from earlier visits."""
        return f"{self.url}{opened(file)}?token={self.token}&reset"

    def end_kernels(self, request: APIRequestContext) -> None:
        """End all kernels, so that each chapter has the machine for itself."""
        headers = {"Authorization": f"token {self.token}"}
        sessions = f"{self.url}api/sessions"
        for session in request.get(sessions, headers=headers).json():
            request.delete(f"{sessions}/{session['id']}", headers=headers)


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
            files = chapters(Book(copy))
            wrong = [file for file in files if not _works(copy, file, chromium, server)]
    if wrong:
        return complain(f"these chapters fail on Binder: {', '.join(wrong)}")
    return 0


def _works(copy: Path, file: str, chromium: Browser, server: Server) -> bool:
    """Try a chapter as a new reader, and print the outcome."""
    allowed = (copy / file).read_text("utf8").count("raises-exception")
    began = time.monotonic()
    with chromium.new_context() as context:
        tab = context.new_page()
        wrong = [*_run(tab, server.address(file)), *faults(tab, allowed)]
        server.end_kernels(context.request)
    seconds = time.monotonic() - began
    print(f"{file}: {'; '.join(wrong) or 'no error'}, {seconds:.0f} s", flush=True)
    return not wrong


def opened(file: str) -> str:
    """Return the path that a chapter's button asks Binder to open."""
    return f"lab/tree/{file}"


def chapters(book: Book) -> list[str]:
    """List the files that have a button, in the order of the book."""
    files = [book.source(page) for page in book.pages]
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


@contextmanager
def _serving(copy: Path) -> Iterator[Server]:
    """Start the server as Binder does, and end it after the block."""
    token = secrets.token_hex()
    log = copy / "_build/server.log"
    log.parent.mkdir(exist_ok=True)
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [venv_python(copy).with_name("jupyter"), *SERVE],
            cwd=copy,
            env=_environment(copy) | {"JUPYTER_TOKEN": token},
            stdout=file,
            stderr=file,
        ) as process,
    ):
        try:
            yield Server(_url(process, copy, log), token)
        finally:
            process.terminate()


def _url(process: subprocess.Popen[bytes], copy: Path, log: Path) -> str:
    file = copy / RUNTIME / f"jpserver-{process.pid}.json"
    give_up = time.monotonic() + START
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError, ValueError):  # missing, or half written
            return str(json.loads(file.read_text("utf8"))["url"])
        time.sleep(0.1)
    raise CommandError(f"the Jupyter server didn't start; see {log}")


def _run(tab: Page, address: str) -> Iterator[str]:
    """Open a chapter as the button would, and run all its cells; yield what failed."""
    from playwright.sync_api import TimeoutError

    prompts = tab.locator(PROMPTS)
    try:
        tab.goto(address)
        tab.wait_for_selector(f"{NOTEBOOK}, {EDITOR}", timeout=OPENS)
        if tab.query_selector(EDITOR):
            yield "opened as text, and not as a notebook"
            return
        # The indicator is idle even before there is a kernel.
        tab.locator(KERNEL_NAME, has_not_text="No Kernel").wait_for(timeout=OPENS)
        tab.locator(IDLE).wait_for(state="attached", timeout=OPENS)
        for label in RUN_ALL:
            tab.click(label)
        prompts.filter(has_text=RAN).first.wait_for(state="attached", timeout=RUNS)
        running = prompts.filter(has_text=RUNNING).first
        running.wait_for(state="detached", timeout=RUNS)
    except TimeoutError as error:
        yield error.message.splitlines()[0]


def faults(tab: Page, allowed: int) -> Iterator[str]:
    """List what is wrong with a chapter whose cells have run, a line each.

    As many errors as are `allowed` are right.
    """
    prompts = tab.locator(PROMPTS)
    ran, cells = prompts.filter(has_text=RAN).count(), prompts.count()
    if not 0 < ran == cells:
        yield f"{ran} of {cells} cells ran"
    if tab.get_by_text(UNKNOWN).count():
        yield "it has a directive that JupyterLab doesn't know"
    written = [text.strip() for text in tab.locator(ERRORS).all_text_contents()]
    errors = [text.splitlines()[-1] for text in written if text.startswith(TRACEBACK)]
    if len(errors) != allowed:
        yield from errors
