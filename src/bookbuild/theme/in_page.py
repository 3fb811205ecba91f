"""Which pages have cells that can be run in the page, and where is their Python?"""

from typing import Any

from sphinx.application import Sphinx

from bookbuild.pyodide.fetch import MEGABYTES, PUBLISHED, PYTHON

LIVE = "tag_live"  # the class of a cell that its author tagged `live`


def _say(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Tell the template, if the site is to have a Python."""
    if app.config.bookbuild_python:
        context["python"] = f"{context['content_root']}../{PUBLISHED}/"
        context["python_version"] = PYTHON
        context["python_megabytes"] = MEGABYTES
        context["runs_in_page"] = LIVE in context.get("body", "")


def setup(app: Sphinx) -> None:
    app.add_config_value("bookbuild_python", False, "html", [bool])
    app.connect("html-page-context", _say)
