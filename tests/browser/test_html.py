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


def test_every_page_is_valid(site, java):
    paths = [site.folder / page for page in pages(site.folder)]

    assert faults(java, *paths) == []


def test_what_an_element_refers_to_is_in_its_page(site):
    found = {page: dangling(site.read(page)) for page in pages(site.folder)}

    assert {page: ids for page, ids in found.items() if ids} == {}


def test_a_reference_to_nothing_is_found():
    html = "<p id=a>A</p><nav aria-labelledby='a b'></nav><a aria-controls=c>A</a>"

    assert dangling(html) == ["b", "c"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<p id=a>A</p><p id=a>B</p>", "Duplicate ID “a”"),
        ("<p><b>A</p>", "Unclosed element “b”"),
        ("<p>A<div>B</div></p>", "No “p” element in scope"),
        ("<p>A</p></span>", "Stray end tag “span”"),
        ("<img src=a.png>", "must have an “alt” attribute"),
        ("<table align=center><tr><td>A</table>", "“align” attribute on the “table”"),
        ("<ul><p>A</p></ul>", "Element “p” not allowed as child of element “ul”"),
        ("<a href=a><button>A</button></a>", "“button” must not appear as a desc"),
        ("<p role=paragraf>A</p>", "Bad value “paragraf” for attribute “role”"),
        ("<label for=nobody>A</label>", "must be the ID of a non-hidden form"),
    ],
)
def test_a_fault_is_found(java, tmp_path, body, complaint):
    page = tmp_path / "page.html"
    page.write_text(
        f"<!DOCTYPE html><html lang=en><title>A</title><body>{body}</body></html>"
    )

    assert complaint in "\n".join(faults(java, page))
