"""Run `bookbuild` in forks of one process, which has imported the packages already."""

import atexit
import json
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache

from bookbuild.live.forkserver import ForkServer, Request

PATIENCE = 300  # seconds until a build that hangs is killed

#: Variables that Python reads when it starts: a fork is too late for them.
FOR_PYTHON = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}


@cache
def server() -> ForkServer:
    """Return the server of this session."""
    server = ForkServer()
    atexit.register(server.close)
    return server


def run(
    command: Sequence[str], env: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Do as `subprocess.run` does with ``python -m …``; its output is text."""
    _, minus_m, *argv = command
    assert minus_m == "-m"
    with (
        tempfile.NamedTemporaryFile() as out,
        tempfile.NamedTemporaryFile() as err,
        socket.socket(socket.AF_UNIX) as connection,
        connection.makefile("rw", encoding="utf8") as lines,
    ):
        connection.connect(server().address)
        request: Request = {
            "argv": argv,
            "env": dict(env),
            "cwd": os.getcwd(),
            "stdout": out.name,
            "stderr": err.name,
        }
        connection.settimeout(PATIENCE)
        print(json.dumps(request), file=lines, flush=True)
        pid = int(lines.readline())
        try:
            status = lines.readlines()  # until its process has ended
        except TimeoutError:
            os.killpg(pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(
            command,
            int(status[0]) if status else -1,
            out.read().decode("utf8"),
            err.read().decode("utf8"),
        )


def can_fork_for(env: Mapping[str, str]) -> bool:
    """Return whether a fork can have this environment."""
    special = {name for name in env if name.startswith("PYTHON")} - FOR_PYTHON
    changed = [name for name in special if env[name] != os.environ.get(name)]
    return hasattr(os, "fork") and not changed
