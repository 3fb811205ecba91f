"""Write all pages again when something changed that all of them show.

Sphinx copies static files and puts their checksums into addresses only when it writes a
page, but it doesn't count them among a page's dependencies. Nor does it count the menu,
which has the titles of all pages.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from bookbuild.project.book import CONTENTS, book_of
from bookbuild.project.digests import tree_digest


def _note(app: Sphinx, config: Config) -> None:
    folders = [Path(app.confdir) / folder for folder in config.html_static_path]
    config.bookbuild_statics = " ".join(tree_digest(folder, "*") for folder in folders)


def _outdated(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Return every page if the menu changed since they were written."""
    there = (Path(app.srcdir) / CONTENTS).exists()  # plain Sphinx does without
    titles = {name: title.astext() for name, title in sorted(env.titles.items())}
    menu = f"{titles}{book_of(app).contents if there else ''}"
    before = getattr(env, "bookbuild_menu", menu)
    env.bookbuild_menu = menu  # type: ignore[attr-defined]
    return env.found_docs if menu != before else set()


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_statics", "", "html")  # a change writes every page
    app.connect("config-inited", _note)
    app.connect("env-updated", _outdated)
