"""Run cells in a reader's page as Jupyter would: see `Cells`.

It imports nothing but what Pyodide itself has.
"""

import base64
import io
import linecache
import sys
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from pyodide.code import eval_code_async

NAME = "Python {}.{}.{}".format(*sys.version_info)
RICH = {
    "_repr_html_": "text/html",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
}
AT_ONCE = 1000  # lines of a cell that are shown as they come
PAUSE = 0.1  # seconds for which later lines are collected, so that the page keeps up

if not hasattr(time, "thread_time"):  # in a page, which has one thread
    time.thread_time = time.process_time

Show = Callable[[dict[str, Any]], object]


class Stream(io.TextIOBase):
    """Pass what is written to `show`, line by line as a terminal does."""

    def __init__(self, name: str, show: Show) -> None:
        self.name, self.show = name, show
        self.kept, self.shown, self.last = "", 0, 0.0

    def write(self, text: str) -> int:
        self.kept += text
        soon = self.shown < AT_ONCE or time.monotonic() - self.last > PAUSE
        if soon and "\n" in text:
            lines, end, self.kept = self.kept.rpartition("\n")
            self._show(lines + end)
        return len(text)

    def flush(self) -> None:
        if self.kept:
            text, self.kept = self.kept, ""
            self._show(text)

    def _show(self, text: str) -> None:
        self.shown, self.last = self.shown + 1, time.monotonic()
        self.show({"type": "stream", "name": self.name, "text": text})


class Cells:
    """Run cells in one namespace, and pass each output to `show`.

    An output is a dict: what was written to a stream, the value of a last expression
    as its own methods show it, or a traceback.
    """

    def __init__(self, namespace: dict[str, Any], show: Show) -> None:
        self.namespace, self.show, self.ran = namespace, show, 0

    async def run(self, source: str) -> bool:
        """Run a cell; return whether it ended without an exception."""
        self.ran += 1
        name = f"<run {self.ran}>"
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = len(source), None, lines, name  # for tracebacks
        # They stay: a task that the cell leaves running may write later.
        sys.stdout = Stream("stdout", self.show)
        sys.stderr = Stream("stderr", self.show)
        try:
            value = await eval_code_async(source, self.namespace, filename=name)
            output = None if value is None else shown(value)
        except BaseException as error:  # SystemExit ends the cell only, too
            output = {"type": "error", "text": traceback_of(error)}
        sys.stdout.flush()
        sys.stderr.flush()
        if output:
            self.show(output)
        return not output or output["type"] != "error"


def shown(value: object) -> dict[str, Any]:
    """Make an output of `value`, with each MIME type that it offers."""
    bundle = _of_method(value, "_repr_mimebundle_")
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    if data is None:
        data = {mime: _of_method(value, method) for method, mime in RICH.items()}
        data["text/plain"] = repr(value)
    return {
        "type": "data",
        "data": {mime: _text(what) for mime, what in data.items() if what is not None},
        "metadata": metadata,
    }


def traceback_of(error: BaseException) -> str:
    """Format a traceback, from the first frame of a cell on."""
    return "".join(traceback.format_exception(type(error), error, _in_cells(error)))


def _in_cells(error: BaseException) -> TracebackType | None:
    frames = error.__traceback__
    while frames and not frames.tb_frame.f_code.co_filename.startswith("<run "):
        frames = frames.tb_next
    return frames


def _of_method(value: object, name: str) -> Any:
    method = None if isinstance(value, type) else getattr(value, name, None)
    return method() if callable(method) else None


def _text(what: object) -> object:
    return base64.b64encode(what).decode() if isinstance(what, bytes) else what
