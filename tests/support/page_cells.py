"""The code of a page, run by itself."""

import re
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

BOOK = Path(__file__).parents[2] / "book"
EVENT_LOOP = BOOK / "asyncio/event-loop.md"
ONE_INTERPRETER = BOOK / "see/one-interpreter.md"
CODE = re.compile(
    r"^```(?:\{code-cell\}.*|python)\n(?::.*\n)*([\s\S]*?)^```$", re.MULTILINE
)


def define(
    page: Path, function: str, change: tuple[str, str] = ("", ""), **names: Any
) -> dict[str, Any]:
    """Run the only piece of a page's code that defines `function`; return its names.

    It may use `names`, and has no `await` outside of functions. With a `change`, its
    first text is replaced by the second.
    """
    space = dict(names)
    exec(_code(page, function, change), space)
    return space


@cache
def _code(page: Path, function: str, change: tuple[str, str]) -> CodeType:
    (found,) = [
        code
        for code in CODE.findall(page.read_text("utf8"))
        if re.search(rf"^(?:async )?def {function}\(", code, re.MULTILINE)
    ]
    assert change[0] in found
    changed = found.replace(*change) if change[0] else found
    return compile(changed, f"{page.name}: {function}", "exec")
