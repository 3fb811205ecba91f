"""Which editions are there? English, and one for each language of `locale/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bookbuild.i18n.catalogs import languages, own_name

SOURCE = "en"  # the language that the pages are written in


@dataclass(frozen=True)
class Edition:
    """The book in one language, named as gettext names it, such as pt_BR."""

    language: str

    @property
    def slug(self) -> str:
        """Its folder in the site."""
        return self.tag.lower()

    @property
    def tag(self) -> str:
        """The language as browsers name it."""
        return self.language.replace("_", "-")

    @property
    def name(self) -> str:
        """What its speakers call the language."""
        return own_name(self.language)

    @property
    def short(self) -> str:
        """Two or three letters for it, where there is no room for more."""
        return self.language.partition("_")[0].upper()

    @property
    def is_source(self) -> bool:
        """Whether it is what the others are translated from."""
        return self.language == SOURCE


ENGLISH = Edition(SOURCE)


def editions(root: Path) -> list[Edition]:
    """All editions, English first; raises ValueError if a folder names no language."""
    found = [ENGLISH, *map(Edition, languages(root))]
    for edition in found:
        own_name(edition.language)
    return found
