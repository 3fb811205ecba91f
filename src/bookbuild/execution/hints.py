"""Say what to do about well-known errors, to the author of a failing cell."""

import re

#: A pattern in a failing cell's error or output, and what to do about it.
KNOWN = (
    (
        r"Can't get (?:local )?attribute '(\w+)' on <module '__main__'",
        "a worker process can't find {}, which a cell defines; move it to src",
    ),
    (
        r"asyncio\.run\(\) cannot be called from a running event loop",
        "in a cell an event loop runs already: write await main() at its top level",
    ),
    (
        "does not support input requests",
        "no reader can answer it in a build: write the answer into the cell",
    ),
    ("MemoryError", "it asked for more memory than this machine or ulimit -v gives it"),
    ("Address already in use", "another program has it; port 0 takes one that is free"),
)


def hint(output: str) -> str:
    """Return what to do about an error in `output`; empty if it isn't a known one."""
    for pattern, words in KNOWN:
        if found := re.search(pattern, output):
            return words.format(*found.groups())
    return ""
