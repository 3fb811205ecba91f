"""Replace the theme's page with a template, a style sheet and a few scripts of ours.

The theme's own page loads 949 KB of fonts, icons and frameworks, and more from other
sites.

All pages are written again when something changed that each of them shows. Sphinx puts
checksums of static files into addresses, but it doesn't count them among a page's
dependencies. Nor does it count the menu, which has the titles of all pages.
"""

import re
from os.path import isabs
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from bookbuild.i18n.messages import _
from bookbuild.project.book import CONTENTS, book_of
from bookbuild.project.digests import tree_digest
from bookbuild.web.csp import policy

HERE = Path(__file__).parent
FIRST = HERE / "static/first.js"  # in the page itself
SCRIPTS = ("look.js", "reading.js", "code.js", "run.js")
#: Files that a page loads only if its body matches.
WHERE_NEEDED = {
    "run.js": re.compile(r'class="cell '),
    "sphinx-design.min.css": re.compile(r'class="[^"]*\bsd-(tab|row|col|btn|badge)'),
    "design-tabs.js": re.compile(r'class="[^"]*\bsd-tab'),
}
TWICE = '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
THEBE = ('<script type="text/x-thebe-config">', "<script>kernelName")


def _begin(app: Sphinx, config: Config) -> None:
    config.templates_path = [str(HERE / "templates"), *config.templates_path]
    config.html_static_path = [*config.html_static_path, str(HERE / "static")]
    folders = (Path(app.confdir) / each for each in config.html_static_path)
    config.bookbuild_statics = " ".join(tree_digest(each, "*") for each in folders)
    app.add_css_file("book.css", priority=800)  # after the theme's, which no page loads
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")


def _surround(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give the template what it shows around the text of `page`."""
    body = context.get("body", "")
    for kind in ("script_files", "css_files"):
        context[kind] = [f for f in context.get(kind, []) if _is_used(app, f, body)]
    for script in context["script_files"]:
        script.attributes.setdefault("defer", "defer")  # no page waits for a script
    first = FIRST.read_text("utf8").strip()
    context["_"] = _  # our catalogue comes before Sphinx's
    context["first_script"] = first
    context["policy"] = policy(scripts=[first])
    context["metatags"] = context.get("metatags", "").replace(TWICE, "")
    _contents(app, page, context)


def _is_used(app: Sphinx, file: object, body: str) -> bool:
    """Return whether a page with this body loads `file`: one of ours or of the book's.

    The theme and extensions add more, from folders with absolute paths.
    """
    name = Path(str(getattr(file, "filename", file) or "")).name
    if name in WHERE_NEEDED:
        return bool(WHERE_NEEDED[name].search(body))
    static = [each for each in app.config.html_static_path if not isabs(each)]
    folders = (HERE / "static", *(Path(app.confdir) / each for each in static))
    return any((folder / name).is_file() for folder in folders)


def _contents(app: Sphinx, page: str, context: dict[str, Any]) -> None:
    """Add the contents, with this page's sections, and the caption of its part."""
    for part in app.env.master_doctree.findall(addnodes.toctree):
        part["titlesonly"] = False  # but `collapse` removes those of other pages
        if page in part["includefiles"]:
            context["part"] = part.get("caption")
    toctree = context["toctree"]
    context["contents"] = toctree(collapse=True, includehidden=True, maxdepth=2)


def _remove_thebe(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Remove what sphinx-thebe puts into each page: it refers to another site."""
    for node in list(tree.findall(nodes.raw)):
        if node.astext().strip().startswith(THEBE):
            node.parent.remove(node)


def _outdated(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Return every page if the menu changed since they were written."""
    there = (Path(app.srcdir) / CONTENTS).exists()  # plain Sphinx does without
    titles = {name: title.astext() for name, title in sorted(env.titles.items())}
    menu = f"{titles}{book_of(app).contents if there else ''}"
    before = getattr(env, "bookbuild_menu", menu)
    env.bookbuild_menu = menu  # type: ignore[attr-defined]
    return env.found_docs if menu != before else set()


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_statics", "", "html")  # a change writes every page
    app.connect("config-inited", _begin, priority=190)  # after the catalogues
    app.connect("env-updated", _outdated)
    app.connect("html-page-context", _surround, priority=990)  # after all others
    app.connect("doctree-resolved", _remove_thebe, priority=990)
