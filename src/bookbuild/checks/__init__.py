"""Checks of the whole project, most of which run in continuous integration.

- `binder`: open and run each chapter as on Binder.
- `ci`: run all linters and tests.
- `linkcheck`: try the addresses that the book links to.
- `newest`: build the book with the newest packages that pyproject.toml permits.
- `plain_sphinx`: build the book with the newest Sphinx, without Jupyter Book.
"""
