"""No page asks anybody else for anything, and none logs an error.

sphinx-thebe comes with Jupyter Book, names a CDN and somebody's repository on every
page, and its script fails twice on each; the theme wants a mode that nothing sets; and
a browser asks for an icon where a page names none.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

THEBE = ('<script type="text/x-thebe-config">', "<script>kernelName")
NO_ICON = '<link rel="icon" href="data:,">'


def _clean(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    for key in ("script_files", "css_files"):
        context[key] = [file for file in context.get(key, []) if not _is_thebe(file)]
    context.setdefault("default_mode", "auto")
    if not app.config.html_favicon:
        context["metatags"] = context.get("metatags", "") + NO_ICON


def _is_thebe(file: object) -> bool:
    name = str(getattr(file, "filename", file) or "")
    body = str((getattr(file, "attributes", None) or {}).get("body") or "")
    return "thebe" in name or "THEBE_JS_URL" in body


def _unplug(_app: Sphinx, tree: nodes.document, _page: str) -> None:
    for node in list(tree.findall(nodes.raw)):
        if node.astext().strip().startswith(THEBE):
            node.parent.remove(node)


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _clean, priority=990)
    app.connect("doctree-resolved", _unplug, priority=990)
