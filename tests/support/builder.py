"""Run `bookbuild` in forks of one process, which has imported the packages already."""

import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from bookbuild.live import forkserver

#: Variables that Python reads when it starts: a fork is too late for them.
FOR_PYTHON = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
AT_START = 60  # seconds until the server must have imported all


class Builder:
    """A server that forks for each program to run."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="builder-"))
        self.address = str(self.folder / "socket")
        self.process = subprocess.Popen(
            [sys.executable, forkserver.__file__, self.address],
            stdin=subprocess.PIPE,
        )
        atexit.register(self.close)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self.folder)

    def run(
        self, command: Sequence[str], env: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        """Do as `subprocess.run` does with ``python -m …``; its output is text."""
        _, minus_m, *argv = command
        assert minus_m == "-m"
        with (
            tempfile.NamedTemporaryFile(dir=self.folder) as out,
            tempfile.NamedTemporaryFile(dir=self.folder) as err,
            self.connect() as connection,
            connection.makefile("rw", encoding="utf8") as lines,
        ):
            request: forkserver.Request = {
                "argv": argv,
                "env": dict(env),
                "cwd": os.getcwd(),
                "stdout": out.name,
                "stderr": err.name,
            }
            print(json.dumps(request), file=lines, flush=True)
            _pid, *status = lines.readlines()  # until its process has ended
            return subprocess.CompletedProcess(
                command,
                int(status[0]) if status else -1,
                out.read().decode("utf8"),
                err.read().decode("utf8"),
            )

    def connect(self) -> socket.socket:
        give_up = time.monotonic() + AT_START
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self.address)
                return connection
            except OSError:
                connection.close()
                if self.process.poll() is not None or time.monotonic() > give_up:
                    raise
                time.sleep(0.02)


@cache
def builder() -> Builder:
    """Return the one of this session."""
    return Builder()


def can_fork_for(env: Mapping[str, str]) -> bool:
    """Return whether a fork can have this environment."""
    special = {name for name in env if name.startswith("PYTHON")} - FOR_PYTHON
    changed = [name for name in special if env[name] != os.environ.get(name)]
    return hasattr(os, "fork") and not changed
