"""The Sphinx extension: all features in order, each with a `setup` of its own."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from bookbuild.claims import directives, domain, ledger
from bookbuild.execution import attachments, cache, failures, order, outputs
from bookbuild.i18n import alternates, cell_options, messages, search, transforms
from bookbuild.notebooks import downloads
from bookbuild.project.digests import tree_digest
from bookbuild.site import redirects
from bookbuild.theme import (
    cells,
    layout,
    markup,
    mathml,
    numbering,
    opengraph,
    provenance,
)

logger = logging.getLogger(__name__)

#: The features, in the order in which they're set up: `downloads` and `opengraph` after
#: `alternates`, which knows the site's address.
PARTS = (
    *(messages, order, cache, failures, cells, domain, directives, ledger, provenance),
    *(outputs, attachments, markup, mathml, search, layout, numbering, transforms),
    cell_options,
    *(alternates, downloads, opengraph),
)


def problems(env: BuildEnvironment, only: str = "") -> list[str]:
    """List what forbids publishing: failed chapters, and writers' mistakes in claims.

    What a chapter's claims lack because it didn't run to its end is no mistake. With
    `only`, list what is wrong with this page.
    """
    failed = failures.failures(env)
    reasons = {page: why for page, why in failed.items() if why not in failures.OBVIOUS}
    mistakes = domain.claims_of(env).mistakes(failed)
    return [
        *(why for page, why in reasons.items() if only in ("", page)),
        *(f"{at}: {what}" for at, what in mistakes if only in ("", at.docname)),
    ]


def _report(app: Sphinx, exception: Exception | None) -> None:
    messages = [] if exception else problems(app.env)
    if messages:
        app.statuscode = 1
        logger.error("%s", "\n".join(messages))


def setup(app: Sphinx) -> ExtensionMetadata:
    for part in PARTS:
        part.setup(app)
    app.connect("build-finished", _report, priority=900)
    app.add_config_value("bookbuild_book", None, "")  # for project.book.book_of
    app.add_config_value(redirects.SETTING, {}, "", [dict])  # for site.assemble
    # A page is made again when bookbuild has changed, as when its own text has.
    digest = tree_digest(Path(__file__).parent)
    app.add_config_value("bookbuild_digest", digest, "env")
    # Chapters measure time: two of them executed at once would measure each other.
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
