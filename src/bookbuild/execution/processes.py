"""End what a program has left behind, wherever it has gone."""

from contextlib import suppress

import psutil


def sweep(variable: str, mark: str) -> None:
    """End every process whose environment has this `mark`, parents gone or not."""
    for _attempt in range(20):  # they might be starting others meanwhile
        left = [each for each in psutil.process_iter() if _has(each, variable, mark)]
        if not left:
            return
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=5)


def _has(process: psutil.Process, variable: str, mark: str) -> bool:
    try:
        return process.environ().get(variable) == mark
    except (psutil.Error, OSError):  # gone, or somebody else's
        return False
