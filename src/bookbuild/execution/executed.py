"""What a page's cells put out can be looked up, whoever ran them.

MyST-NB leaves each executed notebook in the folder `jupyter_execute`; but where outputs
come from the cache, it would leave it without them.
"""

from myst_nb.core import execute  # type: ignore[import-untyped]
from sphinx.application import Sphinx


class _Client(execute.NotebookClientCache):  # type: ignore[misc]
    def start_client(self) -> None:
        written = self.notebook
        super().start_client()
        written.update(self.notebook)


def setup(_app: Sphinx) -> None:
    execute.NotebookClientCache = _Client
