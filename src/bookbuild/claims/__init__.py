"""Claims: sentences of the book that a cell checks in each build.

- `domain`: collect what pages state and cells check, and write `claims.json`.
- `directives`: show a claim with its verdict, or a measured number in a sentence.
- `ledger`: list all claims in a table.
- `interpreters`: read the claims of builds on other interpreters.
"""
