"""Run all linters and tests, as CI does; run it before you propose a change."""

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
    ("tests", ["pytest", "-q"]),
)


def check(book: Book) -> int:
    """Run every check of `book`; returns 1 if any of them failed.

    A missing Chromium skips the browser tests with one line, except under CI=true,
    where it fails.
    """
    why_none = chromium.install()
    if why_none:
        if os.environ.get("CI") == "true":
            return complain(f"browser tests can't run: {why_none}")
        print(f"bookbuild: browser tests are skipped: {why_none}", flush=True)
    failed = []
    for name, command in STEPS:
        print(f"-- {name}", flush=True)
        if subprocess.run(
            [program(command[0]), *command[1:]], cwd=book.root
        ).returncode:
            failed.append(name)
    if failed:
        return complain(f"these checks failed: {', '.join(failed)}")
    return 0


def program(name: str) -> str:
    """Return the path of a program that a package of this environment installed."""
    return shutil.which(name, path=sysconfig.get_path("scripts")) or name
