"""Where is a Chromium, for the tests that need a real browser?"""

import os
import shutil
import subprocess
import sys

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
