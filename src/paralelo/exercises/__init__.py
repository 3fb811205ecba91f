"""Checkers and solutions of the exercises: one module a chapter, named by its slug."""
