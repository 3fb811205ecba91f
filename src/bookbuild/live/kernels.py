"""Start a kernel for each open page that asks for one, behind Jupyter's authentication.

A kernel can do whatever the reader can. So Jupyter's own handlers decide who reaches
one: clients with the token, from the site's own origin. Only the handlers that pages
need are served, and the user's Jupyter configuration isn't read.
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

from bookbuild.execution.code_names import ARGUMENTS
from bookbuild.execution.kernel_env import kernel_env
from bookbuild.execution.leaks import sweep

OURS = "/_live/"  # the path of what is not a file of the site
MARK = "BOOKBUILD_KERNEL"  # in the environment of every process that a kernel starts
PATIENCE = 5  # seconds for kernels to end by themselves
IDLE = 600  # seconds until a kernel ends whose page was closed without a word
#: Headers of each answer; a page's own policy says what the page may do.
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}


def new_token() -> str:
    """Return a random token, which each client must have."""
    return secrets.token_urlsafe(24)


class Kernels(AsyncMappingKernelManager):
    """Starts kernels that all work in one folder, whatever a client asks for."""

    def __init__(self, *args: Any, env: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]
        self.env = env  # of each kernel, in addition to this process's

    async def start_kernel(  # type: ignore[override]
        self, *args: Any, **how: Any
    ) -> str:
        how |= {"path": "", "env": os.environ | self.env | {MARK: self.mark}}
        how["extra_arguments"] = [*ARGUMENTS]
        return str(await super().start_kernel(*args, **how))

    async def end(self) -> None:
        """End all kernels, also those about to start, and their child processes."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.shutdown_all(now=True), PATIENCE)
        await asyncio.to_thread(sweep, MARK, self.mark)

    @cached_property
    def mark(self) -> str:
        """The mark in the environment of these kernels' processes."""
        return uuid4().hex


class Channels(KernelWebsocketHandler):
    """Connects a page to a kernel; errors are a line of text, not Jupyter's pages."""

    def write_error(self, status_code: int, **_: Any) -> None:
        write_plainly(self, status_code)


def write_plainly(answer: RequestHandler, status_code: int) -> None:
    """Reply with the status in a line of plain text."""
    answer.set_header("Content-Type", "text/plain; charset=utf-8")
    answer.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")


def manager(root: Path, folder: Path) -> Kernels:
    """Return the manager of kernels for the book below `root`, working in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    connections = Path(jupyter_runtime_dir())
    connections.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A restarted kernel has lost its variables: the page says so, and asks for one.
    config = Config({"KernelRestarter": {"restart_limit": 0}})
    return Kernels(
        config=config,
        env=kernel_env(root, folder),
        connection_dir=str(connections),
        root_dir=str(folder),
        cull_idle_timeout=IDLE,
        cull_interval=IDLE // 10,
    )


def settings(kernels: Kernels, token: str) -> dict[str, Any]:
    """Return the settings that admit clients with the token, at local addresses only.

    The cookie that replaces the token is valid until the server ends. Other sites'
    pages can't send it. Pages of other ports can't read answers or start anything,
    because Jupyter checks the origin.
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
    """Write the server's log to `file`: the terminal is for the build."""
    handler = logging.FileHandler(file, mode="w", encoding="utf8", delay=True)
    handler.setFormatter(LogFormatter(color=False))
    for name in ("tornado", "traitlets"):  # as Jupyter's parts call themselves
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False


def handlers() -> list[tuple[Any, ...]]:
    """Return Jupyter's handlers of kernels, below `OURS`."""
    ours: dict[type, type] = {KernelWebsocketHandler: Channels}
    below = OURS.rstrip("/")
    return [(f"{below}{path}", ours.get(it, it)) for path, it in default_handlers]
