"""Find, install, run and drive a Chromium, for what only a real browser can do."""

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

if TYPE_CHECKING:  # it comes with the tests' packages
    from playwright.sync_api import Browser

#: It opens no window, asks nothing, and leaves its user's own browser alone.
QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
LACK = "there is no Chromium here; set CHROMIUM to one, or: apt install chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find() -> str | None:
    """The path of a Chromium on this machine, or None."""
    return shutil.which(os.environ.get("CHROMIUM", "")) or next(
        filter(None, map(shutil.which, (*NAMES, *APPS))), None
    )


def run(page: Path, made: Path, *options: str, seconds: float) -> str:
    """Let Chromium open the file `page` with `options`, so that it writes `made`.

    Returns one line that says why there is no such file; empty if there is one.
    """
    path = find()
    if path is None:
        return LACK
    made.unlink(missing_ok=True)
    # Its sandbox refuses to be root's, who is alone in a container.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *QUIET, *root, f"--user-data-dir={profile}", *options]
        said = Path(profile) / "said"  # no pipe: a process that stays would hold it
        try:
            with said.open("wb") as file:
                status = subprocess.run(
                    [*command, page.resolve().as_uri()],
                    stdout=file,
                    stderr=file,
                    timeout=seconds,
                    check=False,
                ).returncode
        except subprocess.TimeoutExpired:
            return f"{path} did not make {made.name} within {seconds:.0f} s"
        except OSError as error:
            return f"{path} can't be run: {error.strerror}"
        if status == 0 and made.exists():
            return ""
        lines = said.read_text("utf8", errors="replace").split("\n")
        last = next(filter(str.strip, reversed(lines)), "it said nothing")
        return f"{path} did not make {made.name}, and ended with {status}: {last}"


def install() -> str:
    """Install Debian's Chromium if there is none and it may be installed.

    Returns one line that says why there is none after all; empty if there is one.
    """
    if find():
        return ""
    if sys.platform != "linux" or not shutil.which("apt-get") or os.geteuid() != 0:
        return (
            "no Chromium here, and none can be installed (apt-get and root could); "
            "set CHROMIUM to one, or: apt install chromium"
        )
    print("installing chromium with apt-get (once)", flush=True)
    quiet = {"check": False, "stdout": subprocess.DEVNULL}
    ask_nothing = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update"],
        ["install", "--yes", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(["apt-get", "-qq", *command], env=ask_nothing, **quiet)  # type: ignore[call-overload]
    return "" if find() else "apt-get could not install chromium"


@contextmanager
def browser() -> Iterator[Browser]:
    """Start a Chromium that Playwright drives, and close it at the end.

    Raises CommandError where there is no Chromium, or no Playwright.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        why = "there is no playwright here; it comes with: make test"
        raise CommandError(f"no page can be opened: {why}") from None
    if (path := find()) is None:
        raise CommandError(f"no page can be opened: {LACK}")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path)
        yield found
        found.close()
