"""Run programs in forks of a process that has imported the packages already.

Importing Sphinx, MyST-NB and Jupyter Book takes a second, which each build would spend.
This process imports them once, listens on a Unix socket, and forks for each request.

A request is one line of JSON, `Request`. The answers are two lines: the child's process
id, and its exit status at the end; only the first comes if a signal ended it. Meanwhile
the connection is the child's standard input. The server ends when its own is closed.

It imports nothing of `bookbuild`, so each child uses that code as it is at that moment,
from the folders in its own PYTHONPATH. Of other packages, it uses the versions that
were there when the server began.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from importlib import import_module
from typing import NoReturn, TypedDict

#: What a build imports, from other packages: the most expensive of them, which import
#: the others.
PACKAGES = (
    "babel.messages.pofile",
    "bs4",
    "jupyter_book.sphinx",
    "myst_nb.sphinx_ext",
    "nh3",
    "sphinx.builders.gettext",
    "sphinx.builders.html",
    "sphinx.environment.adapters.toctree",
    "sphinx_book_theme",
    "sphinx_external_toc",
)
LONGEST = 1 << 20  # bytes of a request


class Request(TypedDict):
    """What to run as ``python -m``, and with what around it."""

    argv: list[str]  # the module and its arguments
    env: dict[str, str]
    cwd: str
    stdout: str  # the files to append to; empty: where the server's own go
    stderr: str


class ForkServer:
    """The server, in a process and a session of its own, until it's closed.

    Raises OSError, or AttributeError where the system has no Unix sockets.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="forks-")
        self.address = os.path.join(self._folder.name, "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen()  # now, so that requests can wait until it's ready
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # so that it doesn't get Ctrl-C
            )

    def close(self) -> None:
        """End the server; its children go on."""
        self._process.communicate()
        self._folder.cleanup()


def serve(listener: socket.socket) -> None:
    """Import the packages, and serve requests until standard input is closed."""
    for name in PACKAGES:
        import_module(name)
    gc.freeze()  # children needn't look for garbage in what was imported
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _run(connection)
        connection.close()


def _run(connection: socket.socket) -> NoReturn:
    """Be the child: run what the request says, and exit with its status."""
    os.setsid()  # so that all its own children can be ended with it
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup(connection.fileno())  # the client waits until the process has closed it
    request: Request = json.loads(connection.makefile("rb").readline(LONGEST))
    _answer(connection, os.getpid())
    _become(request, connection)
    status: int | str | None = 0
    try:
        runpy.run_module(request["argv"][0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
        status = 1
    if isinstance(status, str):
        print(status, file=sys.stderr)
        status = 1
    _answer(connection, status or 0)
    sys.exit(status)


def _answer(connection: socket.socket, number: int) -> None:
    try:
        connection.sendall(b"%d\n" % number)
    except BrokenPipeError:  # nobody waits for it any more
        os._exit(1)


def _become(request: Request, connection: socket.socket) -> None:
    """Take over the request's environment, as a new process would have it."""
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    os.dup2(connection.fileno(), 0)
    for number, path in enumerate((request["stdout"], request["stderr"]), 1):
        if path:
            file = os.open(path, os.O_WRONLY | os.O_APPEND)
            os.dup2(file, number)
            os.close(file)
    sys.argv[:] = request["argv"]
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:0] = [folder for folder in folders if folder]
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))


if __name__ == "__main__":
    sys.path.pop(0)  # this file's folder, which has nothing to import
    serve(socket.socket(fileno=int(sys.argv[1])))
