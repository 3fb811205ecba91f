"""Take a chapter's outputs from the cache, or run its cells again.

This is the one seam to MyST-NB's execution. jupyter-cache looks a notebook up by its
cells and its kernel. That isn't enough: an edit in `src` would leave old outputs on the
page. So we add to the kernel's entry a fingerprint of all else that outputs depend on.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core import execute  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.execution.client import Run, run_cells
from bookbuild.execution.dependencies import dependencies, fingerprint
from bookbuild.execution.failures import CHAPTER, refuse
from bookbuild.execution.kernel_env import make_importable
from bookbuild.execution.lock import exclusive

LOCK = "_build/cells.lock"  # because chapters that run together measure each other
CACHE_LOCK = "_build/cache.lock"  # because editions that are read together share it
CELLS_MISSING = "bookbuild-cells-missing"  # an event, before cells run
CELL_STARTS = "bookbuild-cell-starts"  # an event, with the cell's Place
KERNEL_LOG = "bookbuild-kernel-log"  # an event; its listener returns an open file
EXECUTED = "jupyter_execute"  # MyST-NB's folder of notebooks, beside the pages
NO_KERNEL = "the header names no kernel; copy another chapter's header"


class ChapterClient(execute.NotebookClientCache):  # type: ignore[misc]
    """Take a chapter's outputs from the cache, or run its cells and keep the outputs.

    `run` is the result of running them, or None if the outputs were in the cache.
    """

    def __init__(self, *args: Any, app: Sphinx, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = app
        self.run: Run | None = None

    def start_client(self) -> None:
        """Put the outputs into the notebook; called by MyST-NB before it renders."""
        self.app.env.temp_data[CHAPTER] = self
        given = self.notebook
        code = [cell.source for cell in given.cells if cell.cell_type == "code"]
        if not code:
            return  # a kernel would take a second to start
        if not given.metadata.get("kernelspec"):
            refuse(self.app, 1, NO_KERNEL)
            return
        given.metadata.kernelspec["fingerprint"] = self._fingerprint("\n".join(code))
        cache = get_cache(self.nb_config.execution_cache_path)
        with exclusive(Path(self.app.srcdir) / CACHE_LOCK, wait=True):
            _ = cache.db  # the first access makes it
        if not self._look_up(cache):
            self.app.emit(CELLS_MISSING)
            if not self._look_up(cache):
                with exclusive(Path(self.app.srcdir) / LOCK, wait=True):
                    self._run(cache)
        self.notebook.metadata.kernelspec.pop("fingerprint", None)
        # MyST-NB writes the notebook that it gave us, so the outputs go into that.
        given.update(self.notebook)

    def _fingerprint(self, code: str) -> str:
        root = Path(self.app.srcdir)
        files = dependencies(code, root / "src")
        for path in files:
            self.app.env.note_dependency(str(path))
        return fingerprint(files, root)

    def _look_up(self, cache: Any) -> bool:
        try:
            record = cache.match_cache_notebook(self.notebook)
        except KeyError:
            return False
        _, self._notebook = cache.merge_match_into_notebook(self.notebook)
        seconds = record.data.get("execution_seconds")
        self._set_metadata(record.created.timestamp(), seconds)
        return True

    def _run(self, cache: Any) -> None:
        limits, config = self.notebook.metadata.get("execution", {}), self.nb_config
        self.run = run_cells(
            self.notebook,
            Path(self.path).parent,
            timeout=limits.get("timeout", config.execution_timeout),
            allow_errors=limits.get("allow_errors", config.execution_allow_errors),
            on_cell=partial(self.app.emit, CELL_STARTS),
            log=self.app.emit_firstresult(KERNEL_LOG),
        )
        self._set_metadata(time.time(), self.run.seconds)
        if not self.run.failure:
            data = {"execution_seconds": self.run.seconds}
            bundle = CacheBundleIn(self.notebook, str(self.path), data=data)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def _set_metadata(self, mtime: float, seconds: float | None) -> None:
        run = self.run or Run(0)
        self.exec_metadata = {
            "mtime": mtime,
            "runtime": seconds,
            "method": self.nb_config.execution_mode,
            "succeeded": not run.failure,
            "error": run.failure or None,
            "traceback": None,  # it's in the build's log
        }


def executed_notebook(app: Sphinx, docname: str) -> Any:
    """Return the executed notebook of a page; None if it has no cells."""
    path = Path(app.outdir).parent / EXECUTED / f"{docname}.ipynb"
    return nbformat.read(path, as_version=4) if path.exists() else None


def _prepare(app: Sphinx, config: Config) -> None:
    make_importable(Path(app.srcdir))
    # MyST-NB would resolve a relative path against the current folder.
    cache = Path(config.nb_execution_cache_path or "_build/.jupyter_cache")
    config.nb_execution_cache_path = str(Path(app.srcdir) / cache)


def setup(app: Sphinx) -> None:
    app.add_event(CELLS_MISSING)
    app.add_event(CELL_STARTS)
    app.add_event(KERNEL_LOG)
    execute.NotebookClientCache = partial(ChapterClient, app=app)
    app.connect("config-inited", _prepare)
