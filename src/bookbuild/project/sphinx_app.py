"""Run Sphinx in this process, for a site, its messages or its links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, TextIO

from sphinx import locale
from sphinx.application import Sphinx
from sphinx.util.console import nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils


@contextmanager
def sphinx_app(
    builder: str,
    source: Path,
    made: Path,
    config: Mapping[str, Any],
    log: TextIO,
    *,
    warnings: TextIO | None = None,
    fresh: bool = True,
) -> Iterator[Sphinx]:
    """Yield Sphinx, which builds the pages of the folder `source` into `made`.

    It reads `config` instead of a conf.py, and changes it. What it prints goes to `log`
    (in the block, if you use `printing_to`), and its warnings to `warnings` if that is
    given. What it has read is kept in a folder next to `made`; if `fresh`, it reads all
    anew.
    """
    nocolor()
    locale.translators.clear()  # of another edition
    with patch_docutils(str(source)), docutils_namespace():
        with printing_to(log):
            app = Sphinx(
                srcdir=source,
                confdir=None,
                outdir=made,
                doctreedir=made.with_name(f"doctrees-{made.name}"),
                buildername=builder,
                confoverrides=dict(config),
                status=log,
                warning=warnings or log,
                freshenv=fresh,
            )
        yield app


@contextmanager
def printing_to(log: TextIO) -> Iterator[None]:
    """Let all that is printed in the block go to `log`."""
    with redirect_stdout(log), redirect_stderr(log):
        yield
