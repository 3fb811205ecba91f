"""A slow web server of our own, on loopback, that counts what it sees.

Every request to it takes `latency` seconds and no CPU time to speak of, as if a
distant machine were thinking. It runs in a process of its own, so that it never
competes for the GIL of those who measure it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from subprocess import Popen

START_WITHIN = 30  # seconds
BACKLOG = 8192  # connections that may wait to be accepted
CONTROL = "/-/"  # what is below it is not counted


@dataclass(frozen=True)
class Seen:
    """What the server saw: all requests so far, and the most in flight at once."""

    requests: int
    peak: int


class SlowServer:
    """A server that answers each request with its path's last part, after `latency` s.

    Use it as a block, or `start` and `stop` it. It is gone when the block ends, and
    also when the process that started it dies, however it dies.

    It takes a free port by itself. If `port` names one that is taken, it takes another.
    """

    def __init__(self, latency: float, *, port: int = 0) -> None:
        if latency < 0:
            raise ValueError(f"latency must not be negative, got {latency!r}")
        self.latency = latency
        self.url = ""
        self._port = port
        self._process: Popen[str] | None = None

    def start(self) -> Self:
        """Start the server, and return once it answers.

        Raises `RuntimeError`, with the server's own words, if it does not.
        """
        import subprocess  # here: every spawned worker imports this module

        if self._process is not None:
            raise RuntimeError(f"this server is running already, at {self.url}")
        source = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
        # not -m, which warns: the package has imported this module before
        program = f"from {__name__} import main; main()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, f"{self.latency}", f"{self._port}"],
            stdin=subprocess.PIPE,  # closed when this process dies: the server's cue
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
        patience = threading.Timer(START_WITHIN, self._process.kill)
        patience.start()
        line = _pipe(self._process.stdout).readline()
        patience.cancel()
        if not line:
            words = _pipe(self._process.stderr).read().strip().splitlines()
            self.stop()
            reason = words[-1] if words else f"it was not ready after {START_WITHIN} s"
            raise RuntimeError(f"the slow server did not start: {reason}")
        _never_through_a_proxy()
        self.url = f"http://127.0.0.1:{int(line)}/"
        return self

    def stop(self) -> None:
        """End the server and wait until it is gone; nothing happens if it is."""
        process, self._process, self.url = self._process, None, ""
        if process is None:
            return
        with process:  # closes the pipes
            process.kill()

    def urls(self, count: int) -> list[str]:
        """`count` addresses on this server; it answers each with its number."""
        self._running()
        return [f"{self.url}{number}" for number in range(count)]

    def seen(self) -> Seen:
        """What the server has seen since it started, or since `reset`."""
        return Seen(**self._ask("seen"))

    def reset(self) -> None:
        """Count from zero again."""
        self._ask("reset")

    def _ask(self, what: str) -> dict[str, int]:
        from urllib.request import ProxyHandler, build_opener  # here, likewise

        self._running()
        direct = build_opener(ProxyHandler({}))  # never through a proxy: it is loopback
        with direct.open(f"{self.url}-/{what}", timeout=START_WITHIN) as answer:
            return dict(json.load(answer))

    def _running(self) -> None:
        if self._process is None:
            raise RuntimeError("this server is not running; start it first")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        where = f" at {self.url}" if self.url else ""
        return f"SlowServer(latency={self.latency}){where}"


def _never_through_a_proxy() -> None:
    """Let `requests`, here and in processes to come, ask this machine itself.

    Behind a company's proxy it would ask that for 127.0.0.1, which is another machine.
    """
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "")
        if "127.0.0.1" not in known.split(","):
            os.environ[name] = ",".join(filter(None, [known, "127.0.0.1"]))


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # it was asked for
    return stream


def main() -> None:
    """Serve until standard input ends, which it does when the parent is gone."""
    import argparse  # here: only the server itself needs these
    import asyncio

    parser = argparse.ArgumentParser(prog="paralelo.server", description=__doc__)
    parser.add_argument("latency", type=float, help="seconds that each answer takes")
    parser.add_argument("port", type=int, nargs="?", default=0, help="0: any free one")
    arguments = parser.parse_args()

    _allow_many_connections()
    asyncio.run(_serve(arguments.latency, arguments.port))


async def _serve(latency: float, port: int) -> None:
    import asyncio

    from aiohttp import web

    counts = {"requests": 0, "peak": 0}
    in_flight = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal in_flight
        in_flight += 1
        counts["requests"] += 1
        counts["peak"] = max(counts["peak"], in_flight)
        try:
            await asyncio.sleep(latency)
            return web.Response(text=request.path.rpartition("/")[2])
        finally:
            in_flight -= 1

    async def seen(_: web.Request) -> web.Response:
        return web.json_response(counts)

    async def reset(_: web.Request) -> web.Response:
        counts.update(requests=0, peak=in_flight)
        return web.json_response(counts)

    app = web.Application()
    app.router.add_get(f"{CONTROL}seen", seen)
    app.router.add_get(f"{CONTROL}reset", reset)
    app.router.add_get("/{name:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=BACKLOG).start()
    except OSError:
        if not port:
            raise
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=BACKLOG).start()
    address: Any = runner.addresses[0]
    print(address[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # requests still in flight have nobody to be answered to


def _allow_many_connections() -> None:
    """Let this process open as many files as the system lets it."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
