"""Take a chapter's outputs from the cache, or run its cells again.

This is the one seam to MyST-NB's execution. jupyter-cache looks a notebook up by its
cells and its kernel. That isn't enough: an edit in `src` would leave old outputs on the
page. So we add to the kernel's entry a fingerprint of all else that outputs depend on.
"""

from __future__ import annotations

import re
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
from sphinx.environment import BuildEnvironment

from bookbuild.execution.client import OUTPUTS_VERSION, Run, run_cells
from bookbuild.execution.dependencies import (
    HEADER,
    dependencies,
    digests,
    fingerprint,
    listed,
    matching,
    named,
)
from bookbuild.execution.failures import CHAPTER, refuse
from bookbuild.execution.kernel_env import kernel_env
from bookbuild.execution.lock import exclusive
from bookbuild.project.editions import SOURCE
from bookbuild.project.places import NOTEBOOK

LOCK = "_build/cells.lock"  # because chapters that run together measure each other
CACHE_LOCK = "_build/cache.lock"  # because editions that are read together share it
CELLS_MISSING = "bookbuild-cells-missing"  # an event, before cells run
CELL_STARTS = "bookbuild-cell-starts"  # an event, with the cell's Place
CELL_RUNS = "bookbuild-cell-runs"  # the same, each second, with the seconds it has run
KERNEL_LOG = "bookbuild-kernel-log"  # an event; its listener returns an open file
OUTPUTS = "_build/.jupyter_cache"  # jupyter-cache, unless _config.yml says where
EXECUTED = "jupyter_execute"  # MyST-NB's folder of notebooks, beside the pages
FILES = "files"  # what a run's record and a page's metadata say of the files it reads
#: The option of a code cell that takes its code from a file.
LOAD = re.compile(
    r"^[`~]{3,}\{code-cell\}.*\n(?::.*\n|---\n|\w.*:.*\n)*?:?load:[ ]*(\S+)", re.M
)
NO_KERNEL = "the header names no kernel; copy another chapter's header"
NO_KERNEL_OF_NOTEBOOK = (
    "the notebook names no kernel; choose one in Jupyter, and save it"
)


class ChapterClient(execute.NotebookClientCache):  # type: ignore[misc]
    """Take a chapter's outputs from the cache, or run its cells and keep the outputs.

    `run` is the result of running them, or None if the outputs were in the cache. Once
    a chapter has failed, those that aren't in the cache are skipped, unless the book is
    to `bookbuild_keep_going`: so its author isn't kept waiting for the others.
    """

    def __init__(self, *args: Any, app: Sphinx, runs: list[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = app
        self.runs = runs  # of this build
        self.run: Run | None = None
        self.skipped = False
        self.code = ""  # of all cells

    def start_client(self) -> None:
        """Put the outputs into the notebook; called by MyST-NB before it renders."""
        self.app.env.temp_data[CHAPTER] = self
        given = self.notebook
        code = [cell.source for cell in given.cells if cell.cell_type == "code"]
        if not code:
            return  # a kernel would take a second to start
        if not given.metadata.get("kernelspec"):
            is_notebook = str(self.path).endswith(NOTEBOOK)
            refuse(self.app, 1, NO_KERNEL_OF_NOTEBOOK if is_notebook else NO_KERNEL)
            return
        self.code = "\n".join(code)
        given.metadata.kernelspec["fingerprint"] = self._fingerprint()
        cache = get_cache(self.nb_config.execution_cache_path)
        with exclusive(Path(self.app.srcdir) / CACHE_LOCK, wait=True):
            _ = cache.db  # the first access makes it
        again = self.app.config.bookbuild_again == self.app.env.docname
        if again or not self._look_up(cache):
            self.app.emit(CELLS_MISSING)
            # A page that's wanted again runs in English, for all editions.
            again = again and self.app.config.language == SOURCE
            if self._is_in_vain():
                self.skipped = True
            elif again or not self._look_up(cache):
                with exclusive(Path(self.app.srcdir) / LOCK, wait=True):
                    self._run(cache)
        self.notebook.metadata.kernelspec.pop("fingerprint", None)
        # MyST-NB writes the notebook that it gave us, so the outputs go into that.
        given.update(self.notebook)
        self._note_files()

    def _is_in_vain(self) -> bool:
        """Return whether nothing will be published, as a chapter has failed already."""
        failed = any(run.failure for run in self.runs)
        return failed and not self.app.config.bookbuild_keep_going

    def _fingerprint(self) -> str:
        root, (folder, _patterns, files) = Path(self.app.srcdir), self._reads()
        programs = sorted(path for path in files if path.suffix == ".py")
        texts = (path.read_text("utf8", "replace") for path in programs)
        modules = dependencies("\n".join([self.code, *texts]), root / "src", folder)
        for path in modules:
            self.app.env.note_dependency(str(path))
        return f"{fingerprint(modules, root)}-{OUTPUTS_VERSION}"

    def _reads(self) -> tuple[Path, list[str], set[Path]]:
        """Return where cells run, and which files they read or write: as of now."""
        folder, header = Path(self.path).parent, self.notebook.metadata.get(HEADER)
        names = named(self.code, folder, Path(self.app.srcdir))
        patterns = [*listed(header), *names]
        return folder, patterns, matching(patterns, folder)

    def _digests(self) -> dict[str, str]:
        return digests(self._reads()[-1], Path(self.app.srcdir))

    def _note_files(self) -> None:
        """Let Sphinx read the page again when one of its files changes or is added."""
        _folder, patterns, files = self._reads()
        for path in sorted(files):
            self.app.env.note_dependency(str(path))
        if patterns:
            metadata = self.app.env.nb_metadata  # type: ignore[attr-defined]
            metadata[self.app.env.docname][FILES] = patterns, files

    def _look_up(self, cache: Any) -> bool:
        try:
            record = cache.match_cache_notebook(self.notebook)
        except KeyError:
            return False
        if record.data.get(FILES, {}) != self._digests():
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
            env=kernel_env(Path(self.app.srcdir), Path(self.app.outdir).parent),
            timeout=limits.get("timeout", config.execution_timeout),
            allow_errors=limits.get("allow_errors", config.execution_allow_errors),
            on_cell=partial(self.app.emit, CELL_STARTS),
            on_second=partial(self.app.emit, CELL_RUNS),
            log=self.app.emit_firstresult(KERNEL_LOG),
            root=Path(self.app.srcdir),
        )
        self.runs.append(self.run)
        self._set_metadata(time.time(), self.run.seconds)
        if not self.run.failure:
            # As they are now: a cell may have written one of them.
            data = {"execution_seconds": self.run.seconds, FILES: self._digests()}
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
    path = _executed(app, docname)
    return nbformat.read(path, as_version=4) if path.exists() else None


def _executed(app: Sphinx, docname: str) -> Path:
    return Path(app.outdir).parent / EXECUTED / f"{docname}.ipynb"


def _lost(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Read pages again whose executed notebook is gone: downloads are made of it."""
    every = getattr(env, "nb_metadata", {}).items()
    ran = {name for name, data in every if "exec_data" in data} - changes[-1]
    return [name for name in ran if not _executed(app, name).exists()]


def _other_files(app: Sphinx, env: BuildEnvironment, *changes: set[str]) -> list[str]:
    """Read pages again whose patterns match other files now; Sphinx knows the rest."""
    every = getattr(env, "nb_metadata", {}).items()
    noted = {name: data[FILES] for name, data in every if FILES in data}
    return [
        name
        for name, (patterns, files) in noted.items()
        if name not in changes[-1]
        and matching(patterns, Path(env.doc2path(name)).parent) != files
    ]


def _note_loaded(app: Sphinx, docname: str, content: list[str]) -> None:
    """Let Sphinx read a page again when a file that a cell's `load` names changes."""
    folder = Path(app.env.doc2path(docname)).parent
    for name in LOAD.findall(content[0]):
        app.env.note_dependency(str(folder / name))


def _prepare(app: Sphinx, config: Config) -> None:
    # MyST-NB would resolve a relative path against the current folder.
    cache = Path(config.nb_execution_cache_path or OUTPUTS)
    config.nb_execution_cache_path = str(Path(app.srcdir) / cache)


def _read_again(app: Sphinx, *_: object) -> list[str]:
    again: str = app.config.bookbuild_again
    return [again] if again else []


def setup(app: Sphinx) -> None:
    for event in (CELLS_MISSING, CELL_STARTS, CELL_RUNS, KERNEL_LOG):
        app.add_event(event)
    app.add_config_value("bookbuild_again", "", "")  # a page whose cells run again
    app.add_config_value("bookbuild_keep_going", True, "")  # after a chapter that fails
    execute.NotebookClientCache = partial(ChapterClient, app=app, runs=[])
    app.connect("config-inited", _prepare)
    app.connect("source-read", _note_loaded)
    app.connect("env-get-outdated", _lost)
    app.connect("env-get-outdated", _other_files)
    app.connect("env-get-outdated", _read_again)
