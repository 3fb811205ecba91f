"""What stands between a page and its translation, and how it is got out of the way.

Sphinx puts the sentences of a catalogue into a page after it was parsed. What comes
into a page later than that, or is not meant for translators, is seen to here.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx_external_toc.events import InsertToctrees


class KeepFormulas(SphinxTransform):
    """Let nobody translate a formula: parsed a second time, it would be none."""

    default_priority = 4  # before Sphinx looks for what can be translated

    def apply(self, **kwargs: object) -> None:
        for block in self.document.findall(nodes.math_block):
            block["translatable"] = False


class OwnTranslations(SphinxTransform):
    """Let translated nodes belong to their page.

    They belong to documents of their own, each with the whole book's environment, which
    would be stored with the page: 20 times its size, to be read in every build.
    """

    default_priority = 25  # after translation

    def apply(self, **kwargs: object) -> None:
        for node in self.document.findall():
            node.document = self.document


def setup(app: Sphinx) -> None:
    # Or else the contents come into the page after it was translated.
    InsertToctrees.default_priority = 5
    app.add_transform(KeepFormulas)
    app.add_transform(OwnTranslations)
