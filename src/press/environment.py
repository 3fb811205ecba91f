"""How does a fresh clone get the packages it is locked to? Standard library only."""

import hashlib
import subprocess
import sys
from pathlib import Path

LOCK = "requirements.txt"
TEST_LOCK = "tests/requirements.txt"  # a superset of LOCK
UNREACHED = ("Failed to establish a new connection", "(from versions: none)")


def setup(root: Path, *, tests: bool = False) -> int:
    """Make `.venv` below `root` and install the locked packages, once per lock.

    Returns 0, or 1 after one line that says what is missing and how to get it.
    """
    lock = root / (TEST_LOCK if tests else LOCK)
    if not lock.is_file():
        return _complain(f"{root}: there is no {lock.name}; is this the book's folder?")
    python = venv_python(root)
    if _stamp(root, lock).exists() and python.exists():
        return 0
    problem = _missing_venv() or _create(root) or _install(python, lock)
    if problem:
        return _complain(problem)
    current = [_stamp(root, root / name) for name in (LOCK, TEST_LOCK)]
    for stamp in (root / ".venv").glob("installed-*"):
        if stamp not in current:  # of a lock whose packages were just replaced
            stamp.unlink()
    _stamp(root, lock).touch()
    return 0


def _complain(problem: str) -> int:
    print(f"press: {problem}", file=sys.stderr)
    return 1


def venv_python(root: Path) -> Path:
    """The interpreter of the book's own environment."""
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
        return ""  # without pip it would be one that was interrupted, or not venv's
    print("making .venv", flush=True)
    made = _run([sys.executable, "-m", "venv", str(root / ".venv")])
    return f"could not make .venv: {_last_line(made)}" if made.returncode else ""


def _install(python: Path, lock: Path) -> str:
    print(f"installing the packages of {lock.name} (once; about a minute)", flush=True)
    pip = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    ran = _run([*pip, "--require-hashes", "--requirement", str(lock)])
    if not ran.returncode:
        return ""
    if any(sign in ran.stderr for sign in UNREACHED):
        return (
            "could not reach a package index, which the first install needs; "
            "connect to the network (or configure pip's index or proxy) and try again"
        )
    return f"could not install {lock.name}: {_last_line(ran)}"


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _last_line(ran: "subprocess.CompletedProcess[str]") -> str:
    lines = (ran.stderr or ran.stdout).strip().splitlines()
    return lines[-1] if lines else f"exit status {ran.returncode}"


def _stamp(root: Path, lock: Path) -> Path:
    """A file that exists once the packages of `lock`, as it is now, are installed."""
    digest = hashlib.sha256(lock.read_bytes() if lock.is_file() else b"").hexdigest()
    return root / ".venv" / f"installed-{digest[:12]}"
