"""Read the pages first that their author is working on.

Pages are read, and their cells run, one after another. So we know what is wrong with a
page that has just been changed before other chapters run for minutes.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from bookbuild.execution.failures import failures
from bookbuild.project.book import book_of

GOOD = "manifest.json"  # beside the pages: written by the last build without a problem


def _changed_first(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Sort the pages that failed or changed since the last good build before others.

    Otherwise they have the order of the book's contents.
    """
    manifest = Path(app.outdir).parent / GOOD
    good = manifest.stat().st_mtime if manifest.exists() else 0.0
    place = {page: number for number, page in enumerate(book_of(app).pages)}
    failed = failures(env)

    def key(docname: str) -> tuple[bool, int]:
        changed = Path(env.doc2path(docname)).stat().st_mtime > good
        return not (changed or docname in failed), place.get(docname, len(place))

    docnames.sort(key=key)


def setup(app: Sphinx) -> None:
    app.connect("env-before-read-docs", _changed_first)
