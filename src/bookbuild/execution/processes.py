"""Find the processes that a program started by a mark in their environment; end them.

The mark finds them wherever they have gone: an orphan in a session of its own is no
descendant of anybody's.
"""

from contextlib import suppress

import psutil


def marked(variable: str, mark: str) -> list[psutil.Process]:
    """List every running process whose environment has this `mark`."""
    return [each for each in psutil.process_iter() if _has(each, variable, mark)]


def kill(processes: list[psutil.Process]) -> None:
    """Kill these processes, as far as they are still there."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def sweep(variable: str, mark: str) -> None:
    """End every process whose environment has this `mark`, parents gone or not."""
    for _attempt in range(20):  # they might be starting others meanwhile
        if not (left := marked(variable, mark)):
            return
        kill(left)
        psutil.wait_procs(left, timeout=5)


def _has(process: psutil.Process, variable: str, mark: str) -> bool:
    try:
        return (
            process.environ().get(variable) == mark
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, OSError):  # gone, or somebody else's
        return False
