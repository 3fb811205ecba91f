"""Claims: `check` compares evidence with a claim's bounds, and returns a verdict.

Public modules: `check`, `evidence` (what was measured), `verdict` (the outcome), and
`prerequisites` (what a claim needs from the interpreter and the machine).
"""
