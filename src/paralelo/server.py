"""A slow web server on loopback that counts its requests.

Every request takes `latency` seconds and hardly any CPU time, as if a distant machine
were working. It runs in its own process, so that it never competes for the GIL with
the code that measures it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from .arguments import check_count, check_finite

if TYPE_CHECKING:
    from subprocess import Popen

START_WITHIN = 30  # seconds
BACKLOG = 8192  # connections that can wait to be accepted
CONTROL = "/-/"  # requests below it aren't counted


@dataclass(frozen=True)
class Seen:
    """The requests of a server so far, and the most that were in flight at once."""

    requests: int
    peak: int


def stock(product: int) -> int:
    """Return how many of a product the supplier has: the same number in every run."""
    return (37 * product + 9) % 50


class SlowServer:
    """A supplier's server: it says how many of a product there are.

    It answers each request after `latency` seconds: the address of a product with JSON,
    any other with the last part of its path. Of the products in `missing` it doesn't
    know any, so it answers with status 404. A request for a product in `hanging` never
    gets an answer: it's in flight until the client gives up.

    Use it as a context manager, or `start` and `stop` it. It ends with the block, and
    also when the process that started it dies, however it dies.

    It listens on a free port; if `port` is in use, on another one. Raises ValueError if
    `latency` is negative or isn't finite.
    """

    def __init__(
        self,
        latency: float,
        *,
        missing: Iterable[int] = (),
        hanging: Iterable[int] = (),
        port: int = 0,
    ) -> None:
        check_finite("latency", latency)
        self.latency = latency
        self.url = ""
        self._options = [
            *(f"--missing={check_count('missing', number, 0)}" for number in missing),
            *(f"--hanging={check_count('hanging', number, 0)}" for number in hanging),
        ]
        self._port = check_count("port", port, least=0)
        self._process: Popen[str] | None = None

    def start(self) -> Self:
        """Start the server, and return once it answers.

        Raises `RuntimeError` if it's running already, or doesn't start.
        """
        import subprocess  # here: every spawned worker imports this module

        if self._process is not None:
            raise RuntimeError(f"this server is running already, at {self.url}")
        source = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
        # not -m, which warns: the package has imported this module before
        program = f"from {__name__} import main; main()"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", program),
                *(f"{self.latency}", f"{self._port}", *self._options),
            ],
            stdin=subprocess.PIPE,  # closed when this process dies, which ends it
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
        """End the server and wait for that; does nothing if it isn't running."""
        process, self._process, self.url = self._process, None, ""
        if process is None:
            return
        with process:  # closes the pipes
            process.kill()

    def product_urls(self, count: int) -> list[str]:
        """Return the addresses of `count` products, which are numbered from 0.

        The server answers with JSON: ``{"product": 7, "stock": 9}``.
        """
        check_count("count", count, least=0)
        self._running()
        return [f"{self.url}products/{number}" for number in range(count)]

    def seen(self) -> Seen:
        """Return the counts since the server was started or `reset`."""
        return Seen(**self._ask("seen"))

    def reset(self) -> None:
        """Set the counts to zero."""
        self._ask("reset")

    def _ask(self, what: str) -> dict[str, int]:
        from urllib.request import ProxyHandler, build_opener  # here, likewise

        self._running()
        direct = build_opener(ProxyHandler({}))  # never through a proxy: it's loopback
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
    """Keep `requests`, here and in later processes, from using a proxy for loopback.

    A company's proxy would connect to its own 127.0.0.1, which is another machine.
    """
    for name in ("no_proxy", "NO_PROXY"):
        known = os.environ.get(name, "")
        if "127.0.0.1" not in known.split(","):
            os.environ[name] = ",".join(filter(None, [known, "127.0.0.1"]))


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # it was asked for
    return stream


def main() -> None:
    """Serve until standard input ends, which it does when the parent dies."""
    import argparse  # here: only the server itself needs these
    import asyncio

    parser = argparse.ArgumentParser(prog="paralelo.server", description=__doc__)
    parser.add_argument("latency", type=float, help="seconds that each answer takes")
    parser.add_argument("port", type=int, nargs="?", default=0, help="0: any free one")
    for option, what in (("missing", "unknown: 404"), ("hanging", "never answered")):
        parser.add_argument(
            f"--{option}", type=int, action="append", default=[], help=what
        )
    arguments = parser.parse_args()

    _allow_many_connections()
    asyncio.run(_serve(**vars(arguments)))


async def _serve(
    latency: float, port: int, missing: list[int], hanging: list[int]
) -> None:
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
            if "number" not in request.match_info:
                return web.Response(text=request.path.rpartition("/")[2])
            product = int(request.match_info["number"])
            if product in missing:
                return web.json_response({"product": product}, status=404)
            if product in hanging:
                await asyncio.Event().wait()
            return web.json_response({"product": product, "stock": stock(product)})
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
    app.router.add_get(r"/products/{number:\d+}", answer)
    app.router.add_get("/{name:.*}", answer)
    # a request whose client has left isn't in flight any more
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
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
    os._exit(0)  # requests still in flight have no client left


def _allow_many_connections() -> None:
    """Raise this process's limit of open files as far as the system allows."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main()
