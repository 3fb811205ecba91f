"""Run the cells of a page by its buttons, as a reader does."""

import re

from browsing import FRAME

END = re.compile("^(Done|Failed|Not run|Stopped|Python has|Can't start)")
TRIED = ".cell:has(.run-editor, .run-output, .run-says:not(:empty))"
RESET = f"""
    async (buttons) => {{
        for (const button of buttons) button.click();
        {FRAME}
    }}
"""


def says(cell):
    return cell.locator(".run-says")


def ended(cell):
    """What is said at the end of a run, and what it put out."""
    says(cell).get_by_text(END).wait_for()
    out = cell.locator(".run-output")
    return says(cell).inner_text(), out.inner_text().strip() if out.count() else None


def run(cell, code=None):
    """Run the cell, as it is or with this `code`; what is said, and put out."""
    if code is not None:
        write(cell, code)
    cell.locator(".run-go").click()
    return ended(cell)


def write(cell, code):
    if cell.locator("textarea").count() == 0:
        cell.locator(".run-edit").click()
    cell.locator("textarea").fill(code)


def reset(tab):
    """Let all cells of a page be as the book has them; its Python goes on."""
    tab.locator(f"{TRIED} .run-reset").evaluate_all(RESET)
    assert tab.locator(TRIED).count() == 0
