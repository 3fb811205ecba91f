"""Measurements that no build waits for: budgets of time and size, claims under load.

- `budgets`: measure what the design sets budgets for, and compare with Jupyter Book.
- `noise`: execute the pages with claims on a busy machine, and count what fails.
- `error_rates`: simulate how often a verdict on a ratio is wrong.
- `timed_builds`: build a book and take its time, its memory and the cells that ran.
- `synthetic`: write a book of any number of chapters.
- `page_weight`: count what a browser fetches for a page, time it, and try it with axe.
- `clicks`: time from a click on *Run* to the cell's output.
- `package_cost`: measure the `paralelo` package: import time, requests.
- `run_page`: execute one page's cells on a busy machine, in a process of their own.
"""
