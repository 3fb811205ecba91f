"""Chapters as notebooks, to download and for Binder's JupyterLab.

- `downloads`: write each page's notebooks with the page, and all of them into a zip.
- `notebook`: make a notebook of a page and its executed cells.
- `markdown`: write a document tree as CommonMark.
- `jupyterlab`: rewrite chapters for JupyterLab, which opens their sources on Binder.
"""
