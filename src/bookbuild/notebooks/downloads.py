"""Write each chapter as notebooks to download, and all chapters of an edition as a zip.

They are written with the pages, because the text needs all references and verdicts.
``{notebooks}`` is a link to the zip.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import nbformat
from docutils import nodes
from jinja2 import Template
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from bookbuild.execution.cache import executed_notebook
from bookbuild.execution.failures import has_code_cells
from bookbuild.i18n.messages import _, speech
from bookbuild.notebooks.markdown import Markdown, escape
from bookbuild.notebooks.notebook import (
    Node,
    notebook,
    setup_cell,
    translate_outputs,
    without_outputs,
)
from bookbuild.project.book import Book, book_of, slug
from bookbuild.project.editions import SOURCE, Edition
from bookbuild.project.wheel import wheel, wheel_name, zipped
from bookbuild.web.links import is_internal

EMPTY = "_notebooks"
FULL = f"{EMPTY}/with-outputs"
README = Path(__file__).with_name("zip-readme.md")  # a template


def packages(book: Book) -> list[str]:
    """Return the addresses at which pip finds `paralelo`: the site, the repository."""
    found = [urljoin(book.address, wheel_name(book.root))] if book.address else []
    if book.repository:
        known = book.commit and not book.commit.endswith("+")  # others lack changes
        version = book.commit if known else book.repository.branch
        found.append(f"git+{book.repository.url}@{version}")
    return found


class NotebooksDirective(SphinxDirective):
    """Link to the zip of this edition, in a paragraph of its own."""

    def run(self) -> list[nodes.Node]:
        words = _("All chapters as notebooks, without outputs (one zip file)")
        address = relative_uri(self.env.docname, self.config.bookbuild_notebooks)
        link = nodes.reference("", words, refuri=address, internal=True)
        return [nodes.paragraph("", "", link, translatable=False)]  # it's already


def _begin(app: Sphinx, config: Config) -> None:
    config.bookbuild_packages = packages(book_of(app))
    config.bookbuild_notebooks = f"{slug(config.html_title)}-notebooks.zip"


def _write(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    page: nodes.document | None,
) -> None:
    """Write the notebooks of a page, and give their addresses to its template."""
    made = Path(app.outdir)
    # The theme writes one, too, with roles and directives, for its launch buttons.
    (made / f"_sources/{pagename}.ipynb").unlink(missing_ok=True)
    names = [f"{folder}/{pagename}.ipynb" for folder in (EMPTY, FULL)]
    if page is None or not has_code_cells(page):
        for name in names:
            (made / name).unlink(missing_ok=True)
        return
    executed = executed_notebook(app, pagename)
    if app.config.language != SOURCE:
        translate_outputs(executed, speech())
    markdown, begin = _markdown(app, page, pagename), _first_cells(app, pagename)
    full = notebook(page, executed, markdown, begin)
    for name, found in zip(names, (without_outputs(full), full), strict=True):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(found, made / name)
    context["notebooks"] = [quote(relative_uri(pagename, name)) for name in names]


def _markdown(app: Sphinx, page: nodes.document, pagename: str) -> Markdown:
    """Make a Markdown writer with absolute links: notebooks are read elsewhere."""
    headings = {
        name: " ".join(section[0].astext().split())
        for section in page.findall(nodes.section)
        for name in section["ids"]
    }
    here = _address(app, f"{pagename}.html")

    def absolute(address: str) -> str:
        known = here or not is_internal(address)
        return urljoin(here, address) if known else ""

    def link(node: nodes.reference) -> str:
        address = node.get("refuri") or f"#{node.get('refid', '')}"
        if (heading := headings.get(address.removeprefix("#"))) is not None:
            return f"#{quote(heading.replace(' ', '-'))}"  # as Jupyter names it
        return absolute(address)

    return Markdown(link, lambda image: absolute(image["uri"]))


def _address(app: Sphinx, file: str = "") -> str:
    """Return the address of a file of this edition; empty if it isn't known."""
    return Edition(app.config.language).address(app.config.html_baseurl, file)


def _first_cells(app: Sphinx, pagename: str) -> list[Node]:
    """Make the cells that introduce the notebook and import or install `paralelo`."""
    title, address = escape(app.config.html_title), _address(app, f"{pagename}.html")
    book = f"[{title}]({address})" if address else f"*{title}*"
    words = [
        _(
            "This notebook is a chapter of {book}. The numbers in its text come from "
            "the run that built the book. When you run the cells, you'll get your own."
        ).format(book=book),
        _("The next cell checks whether you have `paralelo`, the book's own package."),
        _("If you don't, it installs the package, which needs the internet."),
    ]
    file = wheel_name(book_of(app).root)
    missing = _(
        "paralelo isn't installed: take {file} from the zip with all notebooks, which "
        "the book's cover links to, put it next to this notebook, and run this cell "
        "again with an internet connection"
    ).format(file=file)
    setup = setup_cell(
        file,
        top="../" * pagename.count("/"),
        elsewhere=app.config.bookbuild_packages,
        missing=missing,
    )
    return [new_markdown_cell(" ".join(words), id="about"), setup]


def _pack(app: Sphinx, exception: Exception | None) -> None:
    """Put the notebooks of all pages into the zip, and what they install."""
    if exception or app.builder.format != "html":
        return
    book = book_of(app)
    made, pages = Path(app.outdir), book.pages
    name = app.config.bookbuild_notebooks
    notebooks = {page: made / EMPTY / f"{page}.ipynb" for page in pages}
    found = {page: path for page, path in notebooks.items() if path.exists()}
    files = {"README.md": _readme(app, found).encode()}
    files[wheel_name(book.root)] = wheel(book.root)
    files |= {f"{page}.ipynb": path.read_bytes() for page, path in found.items()}
    folder = Path(name).stem
    packed = zipped({f"{folder}/{file}": content for file, content in files.items()})
    (made / name).write_bytes(packed)


def _readme(app: Sphinx, pages: Collection[str]) -> str:
    template = Template(README.read_text("utf8"), trim_blocks=True)
    text: str = template.render(
        _=_,
        title=escape(app.config.html_title),
        titles={page: escape(app.env.titles[page].astext()) for page in pages},
        translated=app.config.language != SOURCE,
        base=_address(app),
    )
    return text


def setup(app: Sphinx) -> None:
    # When it changes, all pages are written again, and so are their notebooks.
    app.add_config_value("bookbuild_packages", [], "html", [list])
    # When this one does, all pages are read again: some link to it.
    app.add_config_value("bookbuild_notebooks", "", "env", [str])
    app.add_directive("notebooks", NotebooksDirective)
    app.connect("config-inited", _begin)
    # After the theme's own notebook, and before the layout adds the links.
    app.connect("html-page-context", _write, priority=980)
    app.connect("build-finished", _pack)
