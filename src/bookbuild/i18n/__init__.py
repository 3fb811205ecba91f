"""Translate the book: catalogs, messages, and checks of both.

- `alternates`: link each page to the same page in the other editions.
- `catalogs`: read, write and compile gettext catalogs.
- `cell_options`: translate prompts, captions and alternative texts of cells.
- `fidelity`: compare code, roles, numbers and terms with a translation's.
- `messages`: translate what the code says in pages, and outputs with their numbers.
- `search`: let a search in Portuguese ignore accents.
- `transforms`: adapt Sphinx's translation of pages, and sort the glossary.
- `update`: update the catalogs from pages, code and templates, and list what is wrong.
"""
