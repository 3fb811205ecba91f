"""Pictures of runs, in SVG, with the numbers in a table.

- `lanes`: one run or several, as bars on lanes.
- `dots`: repeated runs, a dot for each.
- `figure`: what both are made of.
"""
