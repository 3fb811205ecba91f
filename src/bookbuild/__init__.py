"""Build the book: its site in all editions, its notebooks, its checks.

Chapters never import it; what they import is the `paralelo` package. docs/code.md says
what each package is for, and in which layer it is.
"""
