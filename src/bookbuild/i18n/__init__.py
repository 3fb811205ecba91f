"""Translate the book: catalogs, messages, and checks of both.

- `alternates`: link each page to the same page in the other editions.
- `catalogs`: read, write and compile gettext catalogs.
- `extract`: extract the messages of pages, code and templates.
- `fidelity`: compare code, roles, numbers and places with a translation's.
- `glossary`: sort the glossary, and show terms in the other languages.
- `localize`: write numbers, dates and outputs in an edition's language.
- `messages`: translate what the code says in pages.
- `search`: let a search in Portuguese ignore accents.
- `terms`: check that translations call each term by one name.
- `transforms`: adapt Sphinx's translation of pages.
- `update`: update the catalogs, and list what is missing, outdated or wrong in them.
"""
