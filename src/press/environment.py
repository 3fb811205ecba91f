"""How does a fresh clone get the packages it is locked to? Standard library only."""

import hashlib
import subprocess
import sys
from pathlib import Path

LOCK = "requirements.txt"
TEST_LOCK = "tests/requirements.txt"  # a superset of LOCK


def setup(root: Path, *, tests: bool = False) -> int:
    """Make `.venv` below `root` and install the locked packages, once per lock.

    Returns 0, or 1 after one line that says what is missing and how to get it.
    """
    lock = root / (TEST_LOCK if tests else LOCK)
    python = venv_python(root)
    done = root / ".venv" / f"installed-{_digest(lock)}"
    if done.exists() and python.exists():
        return 0
    problem = _missing_venv() or _create(root) or _install(python, lock)
    if problem:
        print(f"press: {problem}", file=sys.stderr)
        return 1
    done.touch()
    return 0


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
    if venv_python(root).exists():
        return ""
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
    if (
        "Failed to establish a new connection" in ran.stderr
        or "No matching dist" in ran.stderr
    ):
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


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
