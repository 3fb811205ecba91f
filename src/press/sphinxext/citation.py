"""``{citation}``: how to cite this build, as a line to read and as BibTeX.

`CITATION.cff` says who wrote what; the version in hand is told by its date and commit.
A work is cited alike by readers of all editions, so its names are not translated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from paralelo.machine import circumstances

from ..manifest import commit
from .repository import detect
from .words import _, speech

FILE = "CITATION.cff"
NEEDED = ("title", "authors", "version")
SPECIAL = re.compile(r"([&%#$_])")  # to TeX
SHORT = 10  # digits of a commit's name, as people write it


class citation_node(nodes.General, nodes.Element):  # noqa: N801 (docutils' custom)
    """The place where the citation is to stand, with what the file says."""


class CitationDirective(SphinxDirective):
    """The citation, as it is when the page is written: each build has its date."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(FILE)
        try:
            return [citation_node("", work=read(Path(self.env.srcdir)))]
        except ValueError as error:
            raise self.error(str(error)) from None


def read(root: Path) -> dict[str, Any]:
    """What the file says of the work; raises ValueError if it does not say enough."""
    try:
        found = yaml.safe_load((root / FILE).read_text("utf8"))
    except FileNotFoundError:
        raise ValueError(f"there is no {FILE} beside _config.yml; write one") from None
    except yaml.YAMLError as error:
        what = str(error).splitlines()[0]
        raise ValueError(f"{FILE} is not YAML: {what}") from None
    work = found if isinstance(found, dict) else {}
    if lacks := [key for key in NEEDED if not work.get(key)]:
        raise ValueError(f"{FILE} has no {lacks[0]}, which a citation needs")
    return {key: work[key] for key in NEEDED}


class ShowCitation(SphinxPostTransform):
    """Write the citation of this build, in the words of the edition."""

    default_priority = 500  # after themes that shorten what a link shows

    def run(self, **kwargs: Any) -> None:
        for place in list(self.document.findall(citation_node)):
            root = Path(self.app.srcdir)
            build = {
                "date": circumstances().date,
                "commit": _short(commit(root)),
                "url": self.config.html_baseurl or _repository(root),
            }
            as_bibtex = bibtex(place["work"], build)
            code = nodes.literal_block(as_bibtex, as_bibtex, language="bibtex")
            place.replace_self([_line(place["work"], build), code])


def _short(name: str) -> str:
    """A commit's first digits, and the + if there is more than was committed."""
    return name[:SHORT] + "+" * name.endswith("+")


def _repository(root: Path) -> str:
    found = detect(root, os.environ)
    return found.url if found else ""


def _line(work: Mapping[str, Any], build: Mapping[str, str]) -> nodes.paragraph:
    authors = ", ".join(map(_name, work["authors"]))
    made = [
        _("Version {version}, made on {date}").format(
            version=work["version"], date=speech().day(build["date"])
        )
    ]
    if build["commit"]:
        made.append(_("from commit {commit}").format(commit=build["commit"]))
    line = nodes.paragraph("", f"{authors} ({build['date'][:4]}). ")
    line += nodes.emphasis("", work["title"])
    line += nodes.Text(f". {' '.join(made)}. ")
    if build["url"]:
        line += nodes.reference("", build["url"], refuri=build["url"])
    return line


def bibtex(work: Mapping[str, Any], build: Mapping[str, str]) -> str:
    """The citation for BibTeX, the same in every language."""
    named = re.sub(r"\W+", "-", work["title"].partition(":")[0].lower()).strip("-")
    commit_named = f", commit {build['commit']}" if build["commit"] else ""
    fields = {
        "author": " and ".join(map(_listed, work["authors"])),
        "title": f"{{{_escaped(work['title'])}}}",
        "version": work["version"],
        "year": build["date"][:4],
        "note": f"{build['date']}{commit_named}",
        "url": build["url"],
    }
    lines = [f"  {key} = {{{value}}},\n" for key, value in fields.items() if value]
    return f"@software{{{named},\n{''.join(lines)}}}"


def _name(author: Mapping[str, str]) -> str:
    """A person as she is called; or a group."""
    called = [author.get("given-names"), author.get("family-names")]
    return author.get("name") or " ".join(filter(None, called))


def _listed(author: Mapping[str, str]) -> str:
    """A person by her family's name; or a group, whose name has no parts."""
    if "name" in author:
        return f"{{{_escaped(author['name'])}}}"
    listed = [author.get("family-names"), author.get("given-names")]
    return _escaped(", ".join(filter(None, listed)))


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


def setup(app: Sphinx) -> None:
    app.add_node(citation_node)
    app.add_directive("citation", CitationDirective)
    app.add_post_transform(ShowCitation)
