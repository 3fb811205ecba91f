"""A book of a page or two, made for one test, and built as its reader would."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copy2, copytree
from typing import Any

import psutil

import builder
from bookbuild.bench.synthetic import HEADER
from bookbuild.execution.cache import OUTPUTS
from bookbuild.i18n.catalogs import WORDS, catalogues, read, write
from bookbuild.i18n.update import SOURCES
from bookbuild.project.editions import folder

HERE = Path(__file__).resolve().parents[2]
CONFIGURATION = """\
title: Tiny
author: Nobody
copyright: "2026"
only_build_toc_files: true
exclude_patterns: [".*", "**/.*", src]

execute:
  execute_notebooks: cache
  cache: {cache}
  timeout: 60

launch_buttons:
  binderhub_url: https://mybinder.org

parse:
  myst_enable_extensions: [colon_fence, deflist, dollarmath]

sphinx:
  extra_extensions: [bookbuild.sphinxext]
  recursive_update: true
  config:
    language: en
"""
PATIENCE = 60  # seconds until a test gives up; none of them waits that long

# Forges' variables would point to this repository, others to its site; and a kernel
# that sees that it is under test leaves out what its workers write.
OTHERS = ("GITHUB_", "GITLAB_", "CI", "BOOK_", "PYTEST_")


def cells(*codes: str) -> str:
    """The body of a chapter that has these code cells."""
    return "\n".join(f"```{{code-cell}} ipython3\n{code}\n```\n" for code in codes)


def box(name: str, sentence: str) -> str:
    """The statement of a claim, for the body of a chapter."""
    return f"```{{claim}} {name}\n{sentence}\n```\n\n"


def statement(name: str, arguments: str, sentence: str) -> str:
    """A cell that checks a claim, and the box that states it."""
    return cells(f'check("{name}", {arguments})') + box(name, sentence)


def words(html: str) -> str:
    """The text of some HTML, on one line."""
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without what a forge's runner or a test adds to it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OTHERS)}
    return kept | variables


@cache
def shared_cache() -> tempfile.TemporaryDirectory[str]:
    """The outputs of all books of this session, unless a book has its own."""
    return tempfile.TemporaryDirectory(prefix="outputs-")


@dataclass(frozen=True)
class TinyBook:
    """A book below `root`, with its own copy of `bookbuild` and `paralelo`."""

    root: Path

    @classmethod
    def make(
        cls, root: Path, pages: Mapping[str, str], *, runs_cells: bool = False
    ) -> "TinyBook":
        """Write a book whose first page is ``book/index``, and `pages` by name.

        Outputs are kept for the other books of this session, which saves a kernel for
        each cell that is in many of them. With `runs_cells`, the book runs its own.
        """
        book = cls(root)
        kept = OUTPUTS if runs_cells else shared_cache().name
        copytree(HERE / "src", root / "src")  # compiled, if it has been imported
        (root / "book").mkdir()
        (root / "_config.yml").write_text(CONFIGURATION.format(cache=kept))
        (root / "book/index.md").write_text("# Tiny\n\nA formula: $a^2$.\n")
        for name, body in pages.items():
            book.chapter(name, body)
        book.contents(*pages)
        return book

    def clone(self) -> "TinyBook":
        """Let it be a repository, with the locks that the real book has."""
        subprocess.run(["git", "init", "--quiet", str(self.root)], check=True)
        (self.root / ".gitignore").write_text("__pycache__/\n_build/\n")
        for name in ("pyproject.toml", "requirements.txt"):
            copy2(HERE / name, self.root)
        return self

    def contents(self, *pages: str) -> None:
        """Write `_toc.yml`, and remove the pages that it does not have."""
        for page in (self.root / "book").glob("*.md"):
            if page.stem not in {"index", *pages}:
                page.unlink()
        lines = ["format: jb-book", "root: book/index"]
        lines += ["chapters:"] * bool(pages)
        lines += [f"- file: book/{page}" for page in pages]
        (self.root / "_toc.yml").write_text("\n".join([*lines, ""]))

    def chapter(self, name: str, body: str, *, header: str = HEADER) -> None:
        """Write a page below `book/`."""
        text = f"{header}# The page {name}\n\n{body}"
        (self.root / f"book/{name}.md").write_text(text, encoding="utf8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change a file of the book, in which `old` stands once."""
        text = (self.root / path).read_text("utf8")
        assert text.count(old) == 1
        (self.root / path).write_text(text.replace(old, new), encoding="utf8")

    def bookbuild(
        self, *arguments: str, before: Sequence[str] = (), **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run ``python -m bookbuild``, with `before` in front of the command."""
        command, env = self.command(*arguments), self.environment(**variables)
        if not before and builder.can_fork_for(env):
            return builder.run(command, env)
        return subprocess.run(
            [*before, *command],
            env=env,
            capture_output=True,
            text=True,
            encoding="utf8",
            check=False,
        )

    def build(
        self, *options: str, before: Sequence[str] = (), **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run ``python -m bookbuild build``."""
        return self.bookbuild("build", *options, before=before, **variables)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bookbuild", "--root", str(self.root), *arguments]

    def environment(self, **variables: str) -> dict[str, str]:
        return environment(PYTHONPATH=str(self.root / "src"), **variables)

    @property
    def site(self) -> Path:
        return self.root / "_build/site"

    def page(self, name: str) -> str:
        """The published HTML of a page below `book/`."""
        return (self.site / f"en/book/{name}.html").read_text("utf8")

    @property
    def manifest(self) -> Any:
        return json.loads((self.site / "manifest.json").read_text("utf8"))

    def ran(self) -> set[str]:
        """The pages whose cells were run by the last build that was published."""
        pages = self.manifest["pages"].items()
        return {
            name.removeprefix("book/")
            for name, page in pages
            if page["cells"] and not page["from_cache"]
        }

    def digest(self) -> str:
        """A name for the published site, byte for byte."""
        digest = hashlib.sha256()
        for path in sorted(self.site.rglob("*")):
            digest.update(path.relative_to(self.site).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() if path.is_file() else b"/")
        return digest.hexdigest()


def speak_portuguese(book: TinyBook) -> None:
    """Give `book` a Portuguese edition that has the words, and none of the pages."""
    top = folder(book.root, "pt_BR")
    top.mkdir(parents=True)
    copy2(folder(HERE, "pt_BR") / f"{WORDS}.po", top)


def translate(
    book: TinyBook, known: Mapping[str, str], language: str = "pt_BR"
) -> None:
    """Put these translations wherever the catalogues of `book` lack one."""
    for name, path in catalogues(book.root, language):
        catalogue = read(path, language)
        for message in catalogue:
            if message.id and not message.string:
                message.string = known.get(str(message.id), "")
        write(path, catalogue, SOURCES.get(name, f"{name}.md"), language)


def interruptible() -> None:
    """Before a program starts: let signals end it, also if we run in the background."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def complaints(ran: "subprocess.CompletedProcess[str]") -> list[str]:
    """Return the lines that `bookbuild` wrote to stderr."""
    return ran.stderr.splitlines()


def processes_below(folder: Path) -> list[str]:
    """The processes that go on working below `folder`."""
    wait_until(lambda: not running_below(folder))  # a killed one goes in a moment
    return running_below(folder)


def running_below(folder: Path) -> list[str]:
    """The processes that work below `folder` at this moment."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(str(process))
        except (psutil.Error, OSError):
            continue  # gone, or not ours to ask
    return found


def wait_until(come_true: Callable[[], object]) -> None:
    """Wait until it is so, or, for the test to find out, not so for too long."""
    give_up = time.monotonic() + PATIENCE
    while not come_true() and time.monotonic() < give_up:
        time.sleep(0.05)
