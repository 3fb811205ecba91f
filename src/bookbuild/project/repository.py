"""Ask git about this checkout: its repository, commit and files.

The repository's address is the remote's, so that a fork's buttons lead to the fork. No
other module runs git.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from bookbuild.console import CommandError

ADDRESSES = (
    re.compile(r"(?P<scheme>https?)://(?:[^@/]+@)?(?P<host>[^/]+)/(?P<path>.+)"),
    re.compile(r"(?:ssh|git)://(?:[^@/]+@)?(?P<host>[^:/]+)(?::\d+)?/(?P<path>.+)"),
    # git@host:path, but neither C:/folder nor file://folder
    re.compile(r"(?:[^@/:]+@)?(?P<host>[^@/:\\]{2,}):(?!//)(?P<path>.+)"),
)


class Repository(NamedTuple):
    """A repository on the web, ``https://host/owner/name``, its branch and release.

    Edit buttons lead to the branch; Binder runs the release, if this is one.
    """

    url: str
    branch: str
    release: str = ""  # its tag


def detect(root: Path) -> Repository | None:
    """Find the repository that `root` is a checkout of; None if that's unknown."""
    if not (root / ".git").exists():  # a parent's repository is not this book's
        return None
    branch = _git(root, "rev-parse", "--abbrev-ref", "HEAD")
    remote = _git(root, "config", f"branch.{branch}.remote") or "origin"
    url, tag = normalise(_git(root, "remote", "get-url", remote)), ""
    if branch in ("", "HEAD"):  # detached, as at a tag
        branch, tag = "main", _git(root, "describe", "--tags", "--exact-match")
    return Repository(url, branch, tag) if url else None


def normalise(url: str) -> str:
    """Return a remote's address as a browser would open it; empty if it is none.

    User names, passwords and tokens are left out.
    """
    matches = (address.fullmatch(url.strip()) for address in ADDRESSES)
    found = next(filter(None, matches), None)
    if found is None:
        return ""
    path = found["path"].strip("/").removesuffix(".git")
    scheme = found.groupdict().get("scheme", "https")
    return f"{scheme}://{found['host']}/{path}" if "/" in path else ""


def commit(root: Path) -> str:
    """Return the commit that `root` is at, with a + if files changed since; or empty.

    Empty means that there is no git, or no repository.
    """
    name = ("--always", "--abbrev=40", "--dirty=+", "--exclude=*")
    return _git(root, "describe", *name)


def tracked_files(root: Path) -> list[str]:
    """List the files below `root` that git tracks, or would add; some may be deleted.

    Raises CommandError, with what to do, if git can't say.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    except FileNotFoundError:
        raise CommandError(
            "git is not installed; install it, because it lists the book's files"
        ) from None
    except subprocess.CalledProcessError as error:
        lines = os.fsdecode(error.stderr).strip().splitlines() or ["no message"]
        raise CommandError(
            f"git can't list the files of {root}: {lines[0]}; run this in a clone"
        ) from error
    return list(filter(None, os.fsdecode(listed.stdout).split("\0")))


def _git(root: Path, *arguments: str) -> str:
    try:
        ran = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):  # no git, or no such thing
        return ""
    return ran.stdout.strip()
