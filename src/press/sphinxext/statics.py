"""When do all pages have to be written again? When a style sheet or a script changed.

Sphinx copies static files, and marks their addresses with their state, only when it has
a page to write; and it does not count them among what a page depends on.
"""

import hashlib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config


def digest(folders: list[Path]) -> str:
    """A name for the state of every file below `folders`."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(filter(Path.is_file, folder.rglob("*"))):
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            found.update(path.read_bytes())
    return found.hexdigest()


def _note(app: Sphinx, config: Config) -> None:
    config.press_statics = digest(
        [Path(app.confdir) / folder for folder in config.html_static_path]
    )


def setup(app: Sphinx) -> None:
    app.add_config_value("press_statics", "", "html")  # a change writes every page
    app.connect("config-inited", _note)
