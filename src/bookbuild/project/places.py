"""Name a place of a page: a line of a text, or a cell of a notebook and its line."""

NOTEBOOK = ".ipynb"
CELL = 10_000  # MyST-NB counts the lines of a notebook's first cell from here


def place(file: str, line: int | None = None) -> str:
    """Return where it is, as in `page.md:12` or `page.ipynb: cell 3, line 2`.

    `line` is as MyST-NB counts; a place without one is the whole `file`.
    """
    if not file.endswith(NOTEBOOK):
        return f"{file}:{line}" if line else file
    cell, line = divmod(line or 0, CELL)
    if not cell:
        return file
    return f"{file}: cell {cell}, line {max(line - 1, 1)}"
