"""Which pages have cells that can be run in the page, and where is their Python?"""

from typing import Any

from sphinx.application import Sphinx

from ..in_page import MEGABYTES, PUBLISHED, PYTHON

LIVE = "tag_live"  # the class of a cell that its author tagged `live`


def _say(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Tell the template, if the site is to have a Python."""
    if app.config.press_python:
        context["python"] = f"{context['content_root']}../{PUBLISHED}/"
        context["python_version"] = PYTHON
        context["python_megabytes"] = MEGABYTES
        context["runs_in_page"] = LIVE in context.get("body", "")


def setup(app: Sphinx) -> None:
    app.add_config_value("press_python", False, "html", [bool])
    app.connect("html-page-context", _say)
