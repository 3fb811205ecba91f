"""Number chapters alike in each build, and write only those with another number.

sphinx-external-toc numbers on from where the last build in its process ended, and its
comparison with the numbers before is of another kind, so it writes every chapter.
"""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx_external_toc.collectors import TocTreeCollectorWithStyles

_assign = TocTreeCollectorWithStyles.assign_section_numbers


def _renumber(self: TocTreeCollectorWithStyles, env: BuildEnvironment) -> list[str]:
    """Number all sections; return the pages with other numbers than before."""
    before = env.toc_secnumbers  # Sphinx makes a new one
    self.__init__()  # type: ignore[misc]  # sets its counters
    _assign(self, env)  # type: ignore[no-untyped-call]
    now = env.toc_secnumbers
    return [page for page in now if now[page] != before.get(page)]


def setup(_app: Sphinx) -> None:
    TocTreeCollectorWithStyles.assign_section_numbers = (  # type: ignore[method-assign]
        _renumber
    )
