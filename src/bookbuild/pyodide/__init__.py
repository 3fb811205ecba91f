"""Python in the page: fetch Pyodide, publish it, and run cells in it."""
