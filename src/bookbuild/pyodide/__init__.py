"""Python in the page: fetch Pyodide, publish it, and run cells in it.

- `fetch`: fetch Pyodide with npm.
- `publish`: copy what a page needs to run cells into the site.
- `shell`: run cells in the page.
"""
