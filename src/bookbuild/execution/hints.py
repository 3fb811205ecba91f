"""What did the author of a failing cell most likely not know?"""

import re

#: In what a cell says when it fails, and the mend for it.
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
        r"MemoryError",
        "it asked for more memory than this machine or ulimit -v gives it",
    ),
    (
        r"Address already in use",
        "another program has that port; port 0 takes one that is free",
    ),
)


def mend(said: str) -> str:
    """What to do about it, where `said` has a fault that is known; or empty."""
    for pattern, words in KNOWN:
        if found := re.search(pattern, said):
            return words.format(*found.groups())
    return ""
