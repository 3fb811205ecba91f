"""Find, install, run and drive a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bookbuild.console import CommandError

if TYPE_CHECKING:  # playwright comes with the tests' packages
    from playwright.sync_api import Browser

#: It opens no window, asks no questions, and uses no network by itself.
QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
MISSING = "there is no Chromium here; set CHROMIUM to one, or: apt install chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return shutil.which(os.environ.get("CHROMIUM", "")) or next(
        filter(None, map(shutil.which, (*NAMES, *APPS))), None
    )


def run(page: Path, made: Path, *options: str, seconds: float) -> None:
    """Open the file `page` in Chromium with `options` that make it write `made`.

    Raises CommandError, with one line, if there is no Chromium or no such file then.
    """
    path = find()
    if path is None:
        raise CommandError(MISSING)
    made.unlink(missing_ok=True)
    # Its sandbox doesn't run as root, which a container's user often is.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *QUIET, *root, f"--user-data-dir={profile}", *options]
        command.append(page.resolve().as_uri())
        output = Path(profile) / "output"  # a process that stays would hold a pipe open
        nothing = f"{path} did not make {made.name}"
        try:
            with output.open("wb") as file:
                ran = subprocess.run(command, stdout=file, stderr=file, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise CommandError(f"{nothing} within {seconds:.0f} s") from None
        except OSError as error:
            raise CommandError(f"{path} can't be run: {error.strerror}") from None
        if ran.returncode != 0 or not made.exists():
            lines = output.read_text("utf8", errors="replace").split("\n")
            last = next(filter(str.strip, reversed(lines)), "no output")
            raise CommandError(f"{nothing}, and ended with {ran.returncode}: {last}")


def install() -> str:
    """Install Debian's Chromium, if there is none and we may install packages.

    Returns an empty string, or one line that says why there is still none.
    """
    if find():
        return ""
    if sys.platform != "linux" or not shutil.which("apt-get") or os.geteuid() != 0:
        return (
            "no Chromium here, and none can be installed (apt-get and root could); "
            "set CHROMIUM to one, or: apt install chromium"
        )
    print("installing chromium with apt-get (once)", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in ("update", "install --yes --no-install-recommends chromium"):
        command = ["apt-get", "-qq", *words.split()]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return "" if find() else "apt-get couldn't install chromium"


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a Chromium driven by Playwright, and close it at the end.

    Raises CommandError if there is no Chromium or no Playwright.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        why = "there is no playwright here; it comes with: make test"
        raise CommandError(f"no page can be opened: {why}") from None
    if (path := find()) is None:
        raise CommandError(f"no page can be opened: {MISSING}")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path)
        yield found
        found.close()
