"""When do all pages have to be written again? When a style sheet or a script changed.

Sphinx copies static files, and marks their addresses with their state, only when it has
a page to write; and it does not count them among what a page depends on.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from ..manifest import tree_digest


def _note(app: Sphinx, config: Config) -> None:
    folders = [Path(app.confdir) / folder for folder in config.html_static_path]
    config.press_statics = " ".join(tree_digest(folder, "*") for folder in folders)


def setup(app: Sphinx) -> None:
    app.add_config_value("press_statics", "", "html")  # a change writes every page
    app.connect("config-inited", _note)
