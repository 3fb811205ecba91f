"""Run the chapters' cells, keep their outputs, and make document nodes of them.

- `cache`: take a chapter's outputs from the cache, or run its cells.
- `client`: run cells in a kernel, and report where and why they fail.
- `dependencies`: find the modules that cells import, for the key of the cache.
- `failures`: let a failing cell fail the build.
- `hints`: say what to do about well-known errors.
- `kernel_env`: let cells import what a notebook's reader has.
- `leaks`: find and end the processes, threads, ports, … that a chapter leaves.
- `lock`: allow one build at a time, and one chapter to run its cells.
- `order`: read the pages first that have changed.
- `outputs`: render outputs, sanitized.
"""
