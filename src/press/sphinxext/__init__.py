"""What the book adds to Sphinx; one module, one concern, each with its own `setup`."""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from . import downloads, failures, formulas, freshness, kernel, offline, repository


def setup(app: Sphinx) -> ExtensionMetadata:
    for part in (
        kernel,
        freshness,
        failures,
        repository,
        downloads,
        offline,
        formulas,
    ):
        part.setup(app)
    # Chapters measure time: two of them executed at once would measure each other.
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
