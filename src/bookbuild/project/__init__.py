"""Read what this checkout is, and make its environment.

- `address`: the address that the site is published at.
- `book`: the book's configuration, contents, editions and commit.
- `digests`: digests of files and folders.
- `editions`: the languages of the book.
- `repository`: what git and the forge know about this checkout.
- `requirements`: compile the locks, both requirements.txt.
- `sphinx_app`: run Sphinx in this process.
- `venv`: make `.venv` with the locked packages.
- `versions`: compare required, installed and locked packages.
- `worktree`: copy the book's files.
"""
