"""Make the book's environment, `.venv`, with the locked packages and this checkout.

Standard library only: this runs before there are packages.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bookbuild.console import complain

LOCK = "requirements.txt"
TEST_LOCK = "tests/requirements.txt"  # a superset of LOCK
UNREACHED = ("Failed to establish a new connection", "(from versions: none)")


def setup(root: Path, *, tests: bool = False) -> int:
    """Make `.venv` below `root`; install the locked packages and the checkout itself.

    That happens once per lock. The checkout is installed editable, so that its code is
    found wherever a command or a kernel is started.

    Returns 0, or 1 after one line that says what is missing and how to get it.
    """
    lock = root / (TEST_LOCK if tests else LOCK)
    if not lock.is_file():
        return complain(f"{root}: there is no {lock.name}; is this the book's folder?")
    python = venv_python(root)
    if _stamp(root, lock).exists() and python.exists():
        return 0
    problem = (
        _missing_venv()
        or _create(root)
        or _install_lock(python, lock)
        or _install_checkout(python, root)
    )
    if problem:
        return complain(problem)
    current = [_stamp(root, root / name) for name in (LOCK, TEST_LOCK)]
    for stamp in (root / ".venv").glob("installed-*"):
        if stamp not in current:  # of a lock whose packages were just replaced
            stamp.unlink()
    _stamp(root, lock).touch()
    return 0


def renew(root: Path, requirements: Sequence[str]) -> str:
    """Make a new `.venv` below `root`, with the newest packages that are permitted.

    It ignores the locks, to try the book with other packages. Returns an empty string,
    or why it failed.
    """
    shutil.rmtree(root / ".venv", ignore_errors=True)
    return (
        _missing_venv()
        or _create(root)
        or _install_newest(root, requirements)
        or _install_checkout(venv_python(root), root)
    )


def venv_python(root: Path) -> Path:
    """Return the path of the interpreter in the book's environment."""
    folder, name = (
        ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    )
    return root / ".venv" / folder / name


def _missing_venv() -> str:
    try:
        import ensurepip
        import venv  # noqa: F401  (Debian has both in a package of their own)
    except ImportError:
        return (
            f"{sys.executable} has no venv module, which makes the book's environment; "
            "on Debian and Ubuntu: apt install python3-venv"
        )
    return "" if ensurepip.version() else "ensurepip brings no pip"


def _create(root: Path) -> str:
    python = venv_python(root)
    if python.exists() and not _run([str(python), "-m", "pip", "--version"]).returncode:
        return ""  # without pip, making it was interrupted
    print(f"making {root / '.venv'}", flush=True)
    made = _run([sys.executable, "-m", "venv", str(root / ".venv")])
    return f"could not make .venv: {_last_line(made)}" if made.returncode else ""


def _install_lock(python: Path, lock: Path) -> str:
    print(f"installing the packages of {lock.name} (once; about a minute)", flush=True)
    return _install(python, lock.name, "--require-hashes", "--requirement", str(lock))


def _install_newest(root: Path, requirements: Sequence[str]) -> str:
    print("installing the newest packages (about a minute)", flush=True)
    eagerly = ["--upgrade", "--upgrade-strategy", "eager"]  # also what venv brings
    python = venv_python(root)
    return _install(python, "the newest packages", *eagerly, *requirements)


def _install_checkout(python: Path, root: Path) -> str:
    options = ["--no-deps", "--no-build-isolation", "--editable"]  # no network
    return _install(python, "the checkout itself", *options, str(root))


def _install(python: Path, what: str, *arguments: str) -> str:
    pip = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    ran = _run([*pip, *arguments])
    if not ran.returncode:
        return ""
    if any(sign in ran.stderr for sign in UNREACHED):
        return (
            "could not reach a package index, which a first install needs; "
            "connect to the network (or configure pip's index or proxy) and try again"
        )
    return f"could not install {what}: {_reason(ran)}"


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _reason(ran: "subprocess.CompletedProcess[str]") -> str:
    """Return the first line that pip calls an error: what follows is advice."""
    lines = ran.stderr.splitlines()
    return next((e for e in lines if e.startswith("ERROR: ")), _last_line(ran))


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
