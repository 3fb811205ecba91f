"""``{contact}``: where can a reader say what is wrong? With the book's repository."""

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .repository import detect
from .words import _


class contact_node(nodes.General, nodes.Element):  # noqa: N801 (docutils' custom)
    """The place where the address is to stand."""


class ContactDirective(SphinxDirective):
    """A sentence with the address, as far as it is known when the page is written."""

    def run(self) -> list[nodes.Node]:
        return [contact_node("")]


class ShowContact(SphinxPostTransform):
    """Write the sentence, in the words of the edition."""

    default_priority = 500  # after themes that shorten what a link shows

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(contact_node)):
            place.replace_self(_sentence(Path(self.app.srcdir)))


def _sentence(root: Path) -> nodes.paragraph:
    repository = detect(root, os.environ)
    if repository is None:
        return nodes.paragraph(
            "",
            _(
                "This copy of the book does not know its repository; "
                "please tell the person who gave it to you."
            ),
        )
    url = f"{repository.url}/issues"
    words = _("Please tell us, in an issue of the book's repository: {address}")
    before, _place, after = words.partition("{address}")
    return nodes.paragraph(
        "",
        "",
        nodes.Text(before),
        nodes.reference("", url, refuri=url),
        nodes.Text(after),
    )


def setup(app: Sphinx) -> None:
    app.add_node(contact_node)
    app.add_directive("contact", ContactDirective)
    app.add_post_transform(ShowContact)
