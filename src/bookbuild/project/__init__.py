"""Read what this checkout is, and make its environment.

- `book`: the book's configuration, contents, editions, address and commit.
- `digests`: digests of files and folders.
- `editions`: the languages of the book.
- `repository`: what git knows about this checkout.
- `requirements`: compile both requirements.txt, and compare them with packages.
- `sphinx_app`: run Sphinx in this process.
- `venv`: make `.venv` with the locked packages.
"""
