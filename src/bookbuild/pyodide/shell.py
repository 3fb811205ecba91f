"""Run cells in a reader's page as Jupyter would: see `Cells`.

It imports nothing but what Pyodide itself has, and two modules of IPython, which are
published beside it.
"""

import base64
import io
import json
import linecache
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Any

from IPython.lib.pretty import pretty
from IPython.utils.dir2 import get_real_method
from pyodide.code import eval_code_async

NAME = "Python {}.{}.{}".format(*sys.version_info)
#: What pages show: the methods that Jupyter asks for it, and the types they return.
RICH: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "text/html": ("_repr_html_", str),
    "text/markdown": ("_repr_markdown_", str),
    "text/latex": ("_repr_latex_", str),
    "image/svg+xml": ("_repr_svg_", str),
    "image/png": ("_repr_png_", (bytes, str)),
    "image/jpeg": ("_repr_jpeg_", (bytes, str)),
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

    An output is a dict: what was written to a stream, a value as its own methods show
    it, or a traceback.
    """

    def __init__(self, namespace: dict[str, Any], show: Show) -> None:
        self.namespace, self.show, self.ran, self.handles = namespace, show, 0, 0
        namespace["display"] = self.display  # as in Jupyter

    async def run(self, source: str) -> bool:
        """Run a cell; return whether it ended without an exception."""
        self.ran += 1
        name = f"<run {self.ran}>"
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = len(source), None, lines, name  # for tracebacks
        # They stay: a task that the cell leaves running may write later.
        sys.stdout = out = Stream("stdout", self.show)
        sys.stderr = err = Stream("stderr", self.show)
        try:
            value = await eval_code_async(source, self.namespace, filename=name)
            if value is not None:
                self.display(value)
            error = None
        except BaseException as raised:  # SystemExit ends the cell only, too
            error = raised
        out.flush()
        err.flush()
        if error:
            self.show(failed(error))
        return error is None

    def display(self, *values: object, display_id: Any = None) -> "Handle | None":
        """Show values; with a `display_id`, or True, return what can replace them."""
        if display_id is True:
            self.handles += 1
            display_id = f"display {self.handles}"
        how = {} if display_id is None else {"id": display_id}
        for value in values:
            self.put_out(value, **how)
        return Handle(self, display_id) if how else None

    def put_out(self, value: object, **how: object) -> None:
        """Show a value after what has been written."""
        outputs = shown(value)  # which may write something
        sys.stdout.flush()
        sys.stderr.flush()
        for output in outputs:
            self.show(output | how if output["type"] == "data" else output)


class Handle:
    """Replaces a value that is shown by another one, as `IPython.display` has it."""

    def __init__(self, cells: Cells, display_id: str) -> None:
        self._cells, self.display_id = cells, display_id

    def update(self, value: object) -> None:
        """Show `value` in place of the one that is shown."""
        self._cells.put_out(value, id=self.display_id, update=True)

    def display(self, value: object) -> None:
        """Show `value` here, too."""
        self._cells.put_out(value, id=self.display_id)


def shown(value: object) -> list[dict[str, Any]]:
    """Return an output of `value`, with each MIME type that it offers.

    Before it are the tracebacks of its methods that raise; as in Jupyter, that doesn't
    end the cell.
    """
    errors = list[dict[str, Any]]()

    def ask(name: str, kind: type | tuple[type, ...], **options: Any) -> Any:
        method = get_real_method(value, name)
        try:
            made = method(**options) if method else None
        except NotImplementedError:
            made = None
        except Exception as error:
            errors.append(failed(error))
            made = None
        data, metadata = made if isinstance(made, tuple) else (made, None)
        if data is None or isinstance(data, kind):
            return data, metadata
        warnings.warn(f"{name} returned {type(data)}, not {kind}", stacklevel=2)
        return None, None

    if get_real_method(value, "_ipython_display_"):
        ask("_ipython_display_", object)
        if not errors:
            return []
    data, metadata = ask("_repr_mimebundle_", dict, include=None, exclude=None)
    data, metadata = dict(data or {}), dict(metadata or {})
    for mime, (name, kind) in RICH.items():
        if mime not in data:
            data[mime], more = ask(name, kind)
            metadata |= {mime: more} if more else {}
    if "text/plain" not in data:
        data["text/plain"] = pretty(value)  # type: ignore[no-untyped-call]
    texts = {mime: _text(what) for mime, what in data.items()}
    return [
        *errors,
        {
            "type": "data",
            "data": {mime: text for mime, text in texts.items() if text is not None},
            "metadata": json.loads(json.dumps(metadata, default=str)),
        },
    ]


def failed(error: BaseException) -> dict[str, Any]:
    """Make an output of an exception."""
    return {"type": "error", "text": traceback_of(error)}


def traceback_of(error: BaseException) -> str:
    """Format a traceback, from the first frame of a cell on."""
    return "".join(traceback.format_exception(type(error), error, _in_cells(error)))


def _in_cells(error: BaseException) -> TracebackType | None:
    frames = error.__traceback__
    while frames and not frames.tb_frame.f_code.co_filename.startswith("<run "):
        frames = frames.tb_next
    return frames


def _text(what: object) -> str | None:
    if isinstance(what, bytes):
        return base64.b64encode(what).decode()
    return what if isinstance(what, str) else None  # a page shows nothing else
