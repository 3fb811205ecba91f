"""What the book adds to Sphinx; one module, one concern, each with its own `setup`."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from ..manifest import tree_digest
from . import (
    cells,
    claims,
    colophon,
    executed,
    extras,
    failures,
    folds,
    formulas,
    freshness,
    glossaries,
    in_page,
    kernel,
    layout,
    ledger,
    notebooks,
    outputs,
    repository,
    search,
    statics,
    translation,
    twins,
    words,
)


def setup(app: Sphinx) -> ExtensionMetadata:
    for part in (
        words,
        kernel,
        freshness,
        failures,
        cells,
        claims,
        ledger,
        repository,
        colophon,
        executed,
        folds,
        outputs,
        formulas,
        statics,
        search,
        glossaries,
        layout,
        in_page,
        translation,
        twins,
        notebooks,  # after twins, who knows the site's address
        extras,  # after twins, who knows the page's address
    ):
        part.setup(app)
    # A page is made again when the press has changed, as when its own text has.
    digest = tree_digest(Path(__file__).parents[1])
    app.add_config_value("press_digest", digest, "env")
    app.add_config_value("press_redirects", {}, "", [dict])  # for press.redirects
    # Chapters measure time: two of them executed at once would measure each other.
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
