"""The book's editions: English, and one for each language of `locale/`.

A folder below `locale/`, named for a language as gettext names it, makes an edition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SOURCE = "en"  # the language that the pages are written in
FOLDER, MESSAGES = "locale", "LC_MESSAGES"
#: A language as gettext writes it.
NAME = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")


@dataclass(frozen=True)
class Edition:
    """The book in one language, named as gettext names it, such as pt_BR."""

    language: str

    @property
    def slug(self) -> str:
        """The edition's folder in the site."""
        return self.tag.lower()

    @property
    def tag(self) -> str:
        """The language as browsers name it."""
        return self.language.replace("_", "-")

    @property
    def name(self) -> str:
        """The language's name in that language, such as "Português (Brasil)".

        Raises ValueError if Babel doesn't know the language.
        """
        from babel import Locale, UnknownLocaleError  # set-up has no packages

        try:
            if not NAME.fullmatch(self.language):
                raise ValueError(self.language)
            name = Locale.parse(self.language).get_display_name()
        except (UnknownLocaleError, ValueError):
            raise ValueError(
                f"{FOLDER}/{self.language}: no language has this name; rename the "
                "folder, for example to pt_BR or de"
            ) from None
        return f"{name[:1].upper()}{name[1:]}" if name else self.language

    @property
    def short(self) -> str:
        """Two or three letters for the menu."""
        return self.language.partition("_")[0].upper()

    @property
    def is_source(self) -> bool:
        """Whether the other editions are translated from this one."""
        return self.language == SOURCE

    def address(self, site: str, path: str = "") -> str:
        """Return the address of the edition's folder, or of a file in it.

        `site` is the site's address, with a slash at its end. If it's empty, because
        it isn't known, so is the result.
        """
        return site and f"{site}{self.slug}/{quote(path)}"


ENGLISH = Edition(SOURCE)


def languages(root: Path) -> list[str]:
    """List the languages that have catalogues: English, the source, needs none."""
    found = (path.parent.name for path in (root / FOLDER).glob(f"*/{MESSAGES}"))
    return sorted(name for name in found if name != SOURCE)


def folder(root: Path, language: str) -> Path:
    """Return the folder with the catalogues of a language."""
    return root / FOLDER / language / MESSAGES
