"""Was anything saved that the site is made from?"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

#: Files by name, and folders with all that is in them; what is not there may yet come.
SOURCES = ("book", "src", "locale", "_config.yml", "_toc.yml")

#: What is no source although it lies among them, by the name of a file or a folder:
#: what begins with a dot (git's, most editors' swap files), editors' backups and trial
#: files, and what Python and gettext compile (a build would set off the next one).
NOT_SOURCES = (
    *(".*", "*~", "#*#", "*.bak", "*.orig", "*.tmp"),
    *("*.sw[a-p]", "4913", "*___jb_*___"),  # Vim's and JetBrains'
    *("__pycache__", "*.py[co]", "*.egg-info", "*.mo", "_build"),
)

#: Seconds between two looks. Asking the system to report changes would be quicker to
#: hear, but every system has a way of its own, and none hears of a network disk's.
INTERVAL = 0.5
MOST_CHANGES = 20  # looks, until what does not hold still is taken as it is

Snapshot = dict[str, tuple[int, int]]  # by path from the root: when changed, how long


def look(root: Path) -> Snapshot:
    """What the sources below `root` are like at this moment."""
    found: Snapshot = {}
    for name in SOURCES:
        if (root / name).is_file():
            _note(found, root, name)
        for folder, inside, files in os.walk(root / name):
            inside[:] = filter(is_source, inside)
            for file in filter(is_source, files):
                _note(found, root, os.path.relpath(os.path.join(folder, file), root))
    return found


def is_source(name: str) -> bool:
    """Whether a file or folder of this name, among sources, is one."""
    return not any(fnmatch(name, pattern) for pattern in NOT_SOURCES)


def _note(found: Snapshot, root: Path, path: str) -> None:
    with suppress(OSError):  # gone meanwhile; or a link to nothing
        status = (root / path).stat()
        found[Path(path).as_posix()] = status.st_mtime_ns, status.st_size


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """The paths that are new, gone or different, in order."""
    paths = before.keys() | after.keys()
    return sorted(path for path in paths if before.get(path) != after.get(path))


async def next_save(
    see: Callable[[], Snapshot],
    built: Snapshot,
    *,
    looks: int | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Snapshot:
    """Wait until the sources are no longer as they were when `built`; what they are.

    `built` is to be taken before the build, not after it: then a save during the build
    is seen here at once. Several saves within a moment are one, for it is waited until
    two looks see the same. After this many `looks` that see nothing new, if a number is
    given, the wait is over all the same.
    """
    before, unchanged, changing = built, 0, 0
    while True:
        await sleep(INTERVAL)
        now = await asyncio.to_thread(see)  # a network disk may take its time
        if now == built:
            unchanged += 1
        else:
            changing += 1
        if now == before != built or changing == MOST_CHANGES or unchanged == looks:
            return now
        before = now
