"""Say where code is without naming a folder of this machine.

Warnings, tracebacks and tasks name the file that their code is in. For a cell, that's a
file in a temporary folder, unless the kernel has `ARGUMENTS`. Other files are in
folders that readers don't have.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Lets a kernel call the file of its third cell ``<cell 3>``, in each build.
NAME = "get_ipython().compile.get_code_name = lambda *given: f'<cell {given[-1]}>'"
ARGUMENTS = (f"--InteractiveShellApp.exec_lines={NAME}",)


def folders(root: Path, temporary: str) -> dict[str, str]:
    """Map beginnings of paths to what an output has instead of them.

    They're of the book below `root`, and of the folder that its kernel takes for the
    system's temporary one.
    """
    home = f"{Path.home()}{os.sep}"
    known = {temporary: "/tmp", f"{root}{os.sep}": ""}
    if root.is_relative_to(home):  # IPython shortens it
        known[f"~{os.sep}{root.relative_to(home)}{os.sep}"] = ""
    return known if home == os.sep * 2 else known | {home: f"~{os.sep}"}


def renamed(output: Any, known: Mapping[str, str]) -> Any:
    """Return an output whose text has the names of `folders`."""
    output = type(output)(output)
    if "text" in output:
        output["text"] = _renamed(output["text"], known)
    if "traceback" in output:
        output["traceback"] = [_renamed(it, known) for it in output["traceback"]]
    if "data" in output:
        output["data"] = {
            mime: _renamed(it, known) if mime.startswith("text/") else it
            for mime, it in output["data"].items()
        }
    return output


def _renamed(text: str, known: Mapping[str, str]) -> str:
    for folder, name in known.items():
        # A path begins here, perhaps in color, unlike in a web address that has it.
        begins = rf"((?<![\w.~/-])|\x1b\[[\d;]*m){re.escape(folder)}"
        text = re.sub(begins, "\\g<1>" + name.replace("\\", r"\\"), text)
    return text
