"""Run all linters and tests, as CI does; run it before you propose a change.

The book is built before the tests, because nothing else may take the cores while its
cells run. Then two processes run the tests.
"""

import os
import shutil
import subprocess
import sysconfig

from bookbuild.console import complain
from bookbuild.project.book import Book
from bookbuild.web import chromium

STEPS = (
    ("ruff", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("spelling", ["codespell"]),
    ("imports", ["lint-imports", "--no-logo"]),
    ("workflows", ["zizmor", "--offline", "--quiet", "--persona=pedantic", ".github"]),
    ("book", ["python", "-m", "bookbuild", "build", "--strict", "exact"]),
    ("tests", ["pytest", "-q", "--numprocesses=2", "--dist=loadfile"]),
)
WEEKLY = (STEPS[-2], ("weekly tests", ["pytest", "-q", "-m", "weekly"]))
SITE_IS_BUILT = "SITE_IS_BUILT"  # a variable that tells tests so


def check(book: Book, *, weekly: bool = False) -> int:
    """Run every check of `book`; returns 1 if any of them failed.

    If `weekly`, run only the tests that are left out otherwise. A missing Chromium
    skips the browser tests with one line, except under CI=true, where it fails.
    """
    why_none = chromium.install()
    if why_none:
        if os.environ.get("CI") == "true":
            return complain(f"browser tests can't run: {why_none}")
        print(f"bookbuild: browser tests are skipped: {why_none}", flush=True)
    failed = []
    environment = dict(os.environ)
    for name, (first, *arguments) in WEEKLY if weekly else STEPS:
        print(f"-- {name}", flush=True)
        command = [program(first), *arguments]
        if subprocess.run(command, cwd=book.root, env=environment).returncode:
            failed.append(name)
        elif name == "book":
            environment[SITE_IS_BUILT] = "1"
    if failed:
        return complain(f"these checks failed: {', '.join(failed)}")
    return 0


def program(name: str) -> str:
    """Return the path of a program that a package of this environment installed."""
    return shutil.which(name, path=sysconfig.get_path("scripts")) or name
