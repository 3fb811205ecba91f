"""Make the book's environment, `.venv`, with the locked packages and this checkout.

Standard library only: this runs before there are packages. What can't be done raises
`CommandError`, with a line that says what is missing and how to get it.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bookbuild.console import CommandError

LOCK = "requirements.txt"
TEST_LOCK = "tests/requirements.txt"  # a superset of LOCK
NEWEST = ("--upgrade", "--upgrade-strategy", "eager")  # also what venv brings
CHECKOUT = ("--no-deps", "--no-build-isolation", "--editable")  # without a network
PIP = ("-m", "pip", "--disable-pip-version-check")
UNREACHED = ("Failed to establish a new connection", "(from versions: none)")


def setup(root: Path, *, tests: bool = False) -> None:
    """Make `.venv` below `root`; install the locked packages and the checkout itself.

    That happens once per lock. The checkout is installed editable, so that its code is
    found wherever a command or a kernel is started.
    """
    lock = root / (TEST_LOCK if tests else LOCK)
    if not lock.is_file():
        raise CommandError(
            f"{root}: there is no {lock.name}; is this the book's folder?"
        )
    if _stamp(root, lock).exists() and venv_python(root).exists():
        return
    _create(root)
    print(f"installing the packages of {lock.name} (once; about a minute)", flush=True)
    _install(root, lock.name, "--require-hashes", "--requirement", str(lock))
    _install(root, "the checkout itself", *CHECKOUT, str(root))
    current = [_stamp(root, root / name) for name in (LOCK, TEST_LOCK)]
    for stamp in (root / ".venv").glob("installed-*"):
        if stamp not in current:  # of a lock whose packages were just replaced
            stamp.unlink()
    _stamp(root, lock).touch()


def renew(root: Path, requirements: Sequence[str]) -> None:
    """Make a new `.venv` below `root`, with the newest packages that are permitted.

    It ignores the locks, to try the book with other packages.
    """
    shutil.rmtree(root / ".venv", ignore_errors=True)
    _create(root)
    print("installing the newest packages (about a minute)", flush=True)
    _install(root, "the newest packages", *NEWEST, *requirements)
    _install(root, "the checkout itself", *CHECKOUT, str(root))


def venv_python(root: Path) -> Path:
    """Return the path of the interpreter in the book's environment."""
    in_venv = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
    return root / ".venv" / in_venv


def _create(root: Path) -> None:
    python = venv_python(root)
    if python.exists() and not _run(python, *PIP, "--version").returncode:
        return  # without pip, making it was interrupted
    # Debian has both in a package of their own.
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        raise CommandError(
            f"{sys.executable} has no venv module, which makes the book's environment; "
            "on Debian and Ubuntu: apt install python3-venv"
        )
    print(f"making {root / '.venv'}", flush=True)
    made = _run(sys.executable, "-m", "venv", str(root / ".venv"))
    if made.returncode:
        raise CommandError(f"could not make .venv: {_last_line(made)}")


def _install(root: Path, what: str, *arguments: str) -> None:
    ran = _run(venv_python(root), *PIP, "install", "--quiet", *arguments)
    if not ran.returncode:
        return
    if any(sign in ran.stderr for sign in UNREACHED):
        raise CommandError(
            "could not reach a package index, which a first install needs; "
            "connect to the network (or configure pip's index or proxy) and try again"
        )
    # The first line that pip calls an error: what follows is advice.
    errors = (line for line in ran.stderr.splitlines() if line.startswith("ERROR: "))
    raise CommandError(f"could not install {what}: {next(errors, _last_line(ran))}")


def _run(python: str | Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(python), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _last_line(ran: "subprocess.CompletedProcess[str]") -> str:
    lines = (ran.stderr or ran.stdout).strip().splitlines()
    return lines[-1] if lines else f"exit status {ran.returncode}"


def _stamp(root: Path, lock: Path) -> Path:
    """Return the file that marks `lock` and the checkout, as they are, as installed.

    Its name has the checkout's path, since an editable installation depends on that.
    """
    digest = hashlib.sha256(str(root.resolve()).encode())
    for path in (lock, root / "pyproject.toml"):
        digest.update(path.read_bytes() if path.is_file() else b"")
    return root / ".venv" / f"installed-{digest.hexdigest()[:12]}"
