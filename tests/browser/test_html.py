"""Is every page valid HTML?

The checker is the one that the W3C uses. It is a Java program, and takes some seconds.
"""

import json
import os
import shutil
import subprocess

import pytest

from bookbuild.pyodide.fetch import CHECKER
from bookbuild.web.links import pages
from page_tags import tags

#: Bodies of pages, and what the checker must have against each.
FAULTS = {
    "id-twice": ("<p id=a>A</p><p id=a>B</p>", "Duplicate ID “a”"),
    "unclosed": ("<p><b>A</p>", "Unclosed element “b”"),
    "box-in-paragraph": ("<p>A<div>B</div></p>", "No “p” element in scope"),
    "stray-end": ("<p>A</p></span>", "Stray end tag “span”"),
    "no-alternative": ("<img src=a.png>", "must have an “alt” attribute"),
    "obsolete": (
        "<table align=center><tr><td>A</table>",
        "“align” attribute on the “table”",
    ),
    "no-item": (
        "<ul><p>A</p></ul>",
        "Element “p” not allowed as child of element “ul”",
    ),
    "button-in-link": (
        "<a href=a><button>A</button></a>",
        "“button” must not appear as a desc",
    ),
    "no-role": ("<p role=paragraf>A</p>", "Bad value “paragraf” for attribute “role”"),
    "label-of-nothing": (
        "<label for=nobody>A</label>",
        "must be the ID of a non-hidden form",
    ),
}
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns")


@pytest.fixture(scope="module")
def java(npm_packages):
    """The command that the checker is, where there is a Java."""
    path = shutil.which("java")
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("no Java here, and CI=true", pytrace=False)
    if path is None:
        pytest.skip("no Java here, for the HTML checker; apt install default-jre")
    return [path, "-jar", npm_packages / CHECKER]


def faults(java, *paths):
    """What the checker has against these files, with their names."""
    ran = subprocess.run(
        [*java, "--format", "json", "--exit-zero-always", *paths],
        capture_output=True,
        check=True,
    )
    return [
        f"{message['url']}:{message['lastLine']}: {message['message']}"
        for message in json.loads(ran.stderr)["messages"]
        if message["type"] != "info" or "is obsolete" in message["message"]
    ]


def dangling(html):
    """The ids that elements are named, described or controlled by, and that no one has.

    The checker no longer asks for them.
    """
    every = tags(html)
    ids = {tag.get("id") for tag in every}
    wanted = (tag.get(name) or "" for tag in every for name in REFERENCES)
    return sorted({each for value in wanted for each in value.split()} - ids)


def test_every_page_is_valid(site, specimen, java):
    folders = (site.folder, specimen.folder)
    paths = [folder / page for folder in folders for page in pages(folder)]

    assert faults(java, *paths) == []


def test_what_an_element_refers_to_is_in_its_page(site):
    found = {page: dangling(site.read(page)) for page in pages(site.folder)}

    assert {page: ids for page, ids in found.items() if ids} == {}


def test_a_reference_to_nothing_is_found():
    html = "<p id=a>A</p><nav aria-labelledby='a b'></nav><a aria-controls=c>A</a>"

    assert dangling(html) == ["b", "c"]


@pytest.fixture(scope="module")
def found(java, tmp_path_factory):
    """What the checker has against pages with a fault each; it starts once for all."""
    folder = tmp_path_factory.mktemp("faults")
    for name, (body, _complaint) in FAULTS.items():
        (folder / f"{name}.html").write_text(
            f"<!DOCTYPE html><html lang=en><title>A</title><body>{body}</body></html>"
        )
    return faults(java, *folder.iterdir())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(found, name):
    _body, complaint = FAULTS[name]

    assert complaint in "\n".join(line for line in found if f"/{name}.html:" in line)
