"""Translate the book: catalogs, messages, and checks of both.

- `alternates`: link each page to the same page in the other editions.
- `catalogs`: read, write and compile gettext catalogs.
- `fidelity`: compare code, roles, numbers and places with a translation's.
- `glossary`: sort the glossary, and show terms in the other languages.
- `messages`: translate what the code says in pages, and outputs with their numbers.
- `search`: let a search in Portuguese ignore accents.
- `terms`: check that translations call each term by one name.
- `transforms`: adapt Sphinx's translation of pages.
- `update`: update the catalogs from pages, code and templates, and list what is wrong.
"""
