"""A Python for each open page that asks for one, on the reader's own machine.

Whoever reaches a kernel can do there what the reader can do. So Jupyter's server, which
has been attacked for years, decides who does: who knows the token, from the site's own
address. Of that server only what pages need is here, and none of its configuration.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from contextlib import suppress
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.auth.authorizer import AllowAllAuthorizer
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.services.kernels.connection.channels import (
    ZMQChannelsWebsocketConnection,
)
from jupyter_server.services.kernels.handlers import default_handlers
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.log import LogFormatter
from tornado.web import RequestHandler
from traitlets.config import Config

from bookbuild.execution.kernel_env import make_importable
from bookbuild.execution.processes import sweep

OURS = "/_live/"  # what is no file of the site lies below it
MARK = "BOOKBUILD_KERNEL"  # in the environment of every process that a kernel starts
PATIENCE = 5  # seconds for kernels to end by themselves
IDLE = 600  # seconds until a kernel ends whose page was closed without a word
#: What the server says of each answer; a page's own policy says what the page may do.
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}


def new_token() -> str:
    """What a reader shows to be let in; nobody can guess it."""
    return secrets.token_urlsafe(24)


class Kernels(AsyncMappingKernelManager):
    """Starts kernels that all work in one folder, whatever they are asked to do."""

    async def start_kernel(  # type: ignore[override]
        self, *args: Any, **how: Any
    ) -> str:
        how |= {"path": "", "env": os.environ | {MARK: self.mark}}
        return str(await super().start_kernel(*args, **how))

    async def end(self) -> None:
        """End them all, with what they have started, and those about to start."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.shutdown_all(now=True), PATIENCE)
        await asyncio.to_thread(sweep, MARK, self.mark)

    @cached_property
    def mark(self) -> str:
        """What tells the processes of these kernels from all others."""
        return uuid4().hex


class Channels(KernelWebsocketHandler):
    """Speaks to a kernel; what is wrong is said in a line, without Jupyter's pages."""

    def write_error(self, status_code: int, **_: Any) -> None:
        write_plainly(self, status_code)


def write_plainly(answer: RequestHandler, status_code: int) -> None:
    """Say in a line of text what the status means."""
    answer.set_header("Content-Type", "text/plain; charset=utf-8")
    answer.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")


def manager(root: Path, folder: Path) -> Kernels:
    """What starts kernels for the book below `root`, to work in `folder`."""
    make_importable(root)
    folder.mkdir(parents=True, exist_ok=True)
    connections = Path(jupyter_runtime_dir())
    connections.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One that has ended has forgotten all: the page says so, and asks for another.
    config = Config({"KernelRestarter": {"restart_limit": 0}})
    return Kernels(  # type: ignore[no-untyped-call]
        config=config,
        kernel_spec_manager=KernelSpecManager(),
        default_kernel_name=NATIVE_KERNEL_NAME,
        connection_dir=str(connections),
        root_dir=str(folder),
        cull_idle_timeout=IDLE,
        cull_interval=IDLE // 10,
    )


def settings(kernels: Kernels, token: str) -> dict[str, Any]:
    """Whom the server lets in: who has the token, at this machine's own addresses.

    The cookie that stands for the token is good until the server ends. Other sites'
    pages can't send it, nor can what another program serves at another port read what
    is answered, or start anything (Jupyter looks at the origin).
    """
    identity = IdentityProvider(
        token=token, cookie_options={"path": "/", "samesite": "Strict"}
    )
    return {
        "identity_provider": identity,
        "authorizer": AllowAllAuthorizer(identity_provider=identity),
        "cookie_secret": secrets.token_bytes(32),
        "xsrf_cookies": True,
        "xsrf_cookie_kwargs": {"path": "/", "samesite": "Strict"},
        "allow_unauthenticated_access": False,
        "allow_remote_access": False,
        "local_hostnames": ["localhost"],
        "headers": HEADERS,
        "base_url": OURS,
        "kernel_manager": kernels,
        "kernel_websocket_connection_class": ZMQChannelsWebsocketConnection,
    }


def log_to(file: Path) -> None:
    """Write what the server complains of to `file`: the terminal is for the build."""
    handler = logging.FileHandler(file, mode="w", encoding="utf8", delay=True)
    handler.setFormatter(LogFormatter(color=False))
    for name in ("tornado", "traitlets"):  # as Jupyter's parts call themselves
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False


def handlers() -> list[tuple[Any, ...]]:
    """What answers about kernels."""
    ours: dict[type, type] = {KernelWebsocketHandler: Channels}
    below = OURS.rstrip("/")
    return [(f"{below}{path}", ours.get(it, it)) for path, it in default_handlers]
