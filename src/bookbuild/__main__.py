"""Run a command: ``python -m bookbuild …``, or ``python src/bookbuild …``.

The second form needs nothing installed, which is why set-up uses it.
"""

import os.path
import sys

TOO_OLD = """bookbuild: this is Python {}.{}, and the book needs 3.11 or later; \
name a newer one, as in: make book PYTHON=python3.13"""

if sys.version_info < (3, 11):  # noqa: UP036 (before an import that it can't read)
    sys.exit(TOO_OLD.format(*sys.version_info[:2]))

if not __package__:  # run as a folder, which Python then puts on sys.path
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from bookbuild.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
