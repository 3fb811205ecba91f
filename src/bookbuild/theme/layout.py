"""Replace the theme's page with a template, a style sheet and a few scripts of ours.

The theme's own page loads 949 KB of fonts, icons and frameworks, and more from other
sites. We keep the addresses that the theme knows: of a page's source, and on Binder.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from bookbuild.i18n.messages import _
from bookbuild.web.csp import policy

HERE = Path(__file__).parent
FIRST = HERE / "static/first.js"  # in the page itself
SCRIPTS = ("look.js", "reading.js", "code.js", "run.js")
#: Files that the theme and extensions load on each page, and that we don't use.
UNUSED = re.compile(
    r"(styles/|scripts/|togglebutton|copybutton|clipboard|mystnb\.|sphinx-thebe"
    r"|pygments\.css|documentation_options|doctools|sphinx_highlight|translations\.js)"
)
CELL = re.compile(r'class="cell ')
#: Files that a page loads only if its body matches.
WHERE_NEEDED = {
    "run.js": CELL,
    "sphinx-design.min.css": re.compile(r'class="[^"]*\bsd-(tab|row|col|btn|badge)'),
    "design-tabs.js": re.compile(r'class="[^"]*\bsd-tab'),
}
CURRENT = re.compile(r'(<a class="current reference internal" href="#">.*?</a>)')
TWICE = '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
THEBE = ('<script type="text/x-thebe-config">', "<script>kernelName")


def _begin(app: Sphinx, config: Config) -> None:
    config.templates_path = [str(HERE / "templates"), *config.templates_path]
    config.html_static_path = [*config.html_static_path, str(HERE / "static")]
    config.nb_code_prompt_show = _("Show the code")
    config.nb_code_prompt_hide = _("Hide the code")
    app.add_css_file("book.css", priority=800)  # after the theme's, which no page loads
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")


def _surround(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give the template what it shows around the text of `page`."""
    for kind in ("script_files", "css_files"):
        files = context.get(kind, [])
        context[kind] = [f for f in files if _is_used(f, context.get("body", ""))]
    for script in context["script_files"]:
        script.attributes.setdefault("defer", "defer")  # no page waits for a script
    first = FIRST.read_text("utf8").strip()
    context["_"] = _  # our catalogue comes before Sphinx's
    context["first_script"] = first
    context["has_cells"] = bool(CELL.search(context.get("body", "")))
    context["policy"] = policy(scripts=[first])
    context["translations"] = app.config.language != "en"  # of the search's script
    context["metatags"] = context.get("metatags", "").replace(TWICE, "")
    menu = context["toctree"](collapse=True, includehidden=True, maxdepth=1)
    context["contents"] = CURRENT.sub(rf"\1{_sections(app, page)}", menu)
    context["part"] = _parts(app.env).get(page, "")
    buttons = context.get("header_buttons", [])
    context["tools"] = [
        *_downloads(context.get("notebooks", [])),
        *_tools(buttons, translated=context["translations"]),
    ]


def _is_used(file: object, body: str) -> bool:
    name = str(getattr(file, "filename", file) or "")
    if not name or UNUSED.search(name):  # the policy forbids scripts without a file
        return False
    needed = WHERE_NEEDED.get(Path(name).name)
    return needed is None or bool(needed.search(body))


def _sections(app: Sphinx, page: str) -> str:
    """Return the page's sections as a list of links; empty if it has none."""
    tree = app.env.tocs.get(page, nodes.bullet_list()).deepcopy()
    for below in [each for each in tree.findall(nodes.bullet_list) if each is not tree]:
        title = below.parent.parent  # of the page, and not of a section
        if title is tree:
            for section in below.findall(nodes.list_item):
                del section[1:]
            for link in below.findall(nodes.reference):
                link["refuri"] = link["anchorname"]
            return str(app.builder.render_partial(below)["fragment"])  # type: ignore[attr-defined]
    return ""


def _parts(env: BuildEnvironment) -> dict[str, str]:
    """Map each page to the caption of its part in the table of contents."""
    contents = env.tocs[env.config.root_doc].findall(addnodes.toctree)
    return {
        page: tree["caption"]
        for tree in contents
        if tree.get("caption")
        for page in tree["includefiles"]
    }


def _downloads(notebooks: list[str]) -> Iterator[dict[str, Any]]:
    """List the page's notebooks: without outputs, and with those of the build."""
    words = (_("Notebook"), _("Notebook with outputs"))
    for text, url in zip(words, notebooks, strict=False):  # there may be none
        yield {"text": text, "url": url, "download": True}


def _tools(
    buttons: list[dict[str, Any]], *, translated: bool
) -> Iterator[dict[str, Any]]:
    """List the links to a page's source, editor and Binder, in our words."""
    where = (
        _("in English, on one or two shared cores: not much of a speed-up")
        if translated  # Binder runs the English source
        else _("on one or two shared cores: not much of a speed-up")
    )
    named = {
        "download-source-button": _("Source"),
        "Binder": _("Run on Binder"),
        "source-edit-button": _("Suggest a change"),
        "source-issues-button": _("Report a mistake"),
    }
    flat = [each for button in buttons for each in button.get("buttons", [button])]
    known = {each.get("label") or each.get("text"): each.get("url") for each in flat}
    for label, text in named.items():
        if url := known.get(label):
            note = where if label == "Binder" else ""
            download = label.startswith("download")
            yield {"text": text, "url": url, "download": download, "note": note}


def _remove_thebe(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    """Remove what sphinx-thebe puts into each page: it refers to another site."""
    for node in list(tree.findall(nodes.raw)):
        if node.astext().strip().startswith(THEBE):
            node.parent.remove(node)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", _begin, priority=190)  # after the catalogues
    app.connect("html-page-context", _surround, priority=990)  # after all others
    app.connect("doctree-resolved", _remove_thebe, priority=990)
