"""No page asks anybody else for anything, and none logs an error.

sphinx-thebe comes with Jupyter Book, names a CDN on every page, and its script fails
twice on each; the theme wants a mode that nothing sets.
"""

from typing import Any

from sphinx.application import Sphinx


def _clean(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    for key in ("script_files", "css_files"):
        context[key] = [file for file in context.get(key, []) if not _is_thebe(file)]
    context.setdefault("default_mode", "auto")


def _is_thebe(file: object) -> bool:
    name = str(getattr(file, "filename", file) or "")
    body = str((getattr(file, "attributes", None) or {}).get("body") or "")
    return "thebe" in name or "THEBE_JS_URL" in body


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _clean, priority=990)
