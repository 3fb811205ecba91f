"""Timelines of runs: which worker did which task, from when to when.

- `timeline`: intervals of work, and what follows from them (makespan, peak, …).
- `observe`: run tasks and record them.
- `simulate`: compute what ideal workers would do.
"""
