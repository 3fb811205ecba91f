"""Build the book: its site in all editions, its notebooks, its checks.

Chapters never import it; what they import is the `paralelo` package.

- `cli`: the commands of ``python -m bookbuild``.
- `sphinxext`: the Sphinx extension, with all parts of it.
- `project`: the checkout: configuration, contents, repository, environment.
- `web`: HTML pages, and a browser.
- `pyodide`: Python in the page.
- `execution`: run chapters' cells.
- `i18n`: editions in several languages.
- `claims`: sentences that the build checks.
- `notebooks`: chapters as notebooks.
- `theme`: what surrounds the text of a page.
- `site`: the files around the pages.
- `build`: from sources to a site.
- `live`: the book with kernels, built again at each save.
- `checks`: what CI runs.
- `bench`: measurements.
"""
