"""Find and kill the processes that a program started, by a mark in their environment.

The mark also finds orphans in sessions of their own, which have no parent left.
"""

from contextlib import suppress

import psutil


def marked(variable: str, mark: str) -> list[psutil.Process]:
    """List every running process whose environment has this `mark`."""
    return [each for each in psutil.process_iter() if _has(each, variable, mark)]


def kill(processes: list[psutil.Process]) -> None:
    """Kill these processes, unless they have ended already."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def sweep(variable: str, mark: str) -> None:
    """Kill every process whose environment has this `mark`, and those it starts."""
    for _attempt in range(20):  # they may start others meanwhile
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
    except (psutil.Error, OSError):  # it ended, or belongs to another user
        return False
