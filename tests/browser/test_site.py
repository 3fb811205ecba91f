"""Is the book, as it is published, whole? Most of it is asked of the files alone.

Over 0.25 s: the book is built (minutes, if no cell has run yet).
"""

import json

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

from bookbuild.web.links import dead, is_internal, target
from browsing import Watch, is_redirect
from page_tags import links, loads
from paralelo.claims.evidence import UNITS
from tiny_book import HERE

EDITIONS = ("en", "pt-br")
WITH_OUTPUTS = "_notebooks/with-outputs"


@pytest.fixture(scope="module")
def chapters():
    """The names of the pages in the book's contents."""
    return list(parse_toc_yaml(HERE / "_toc.yml"))


def test_the_page_for_what_is_not_found_leads_to_each_edition(site, browser):
    tab = browser.new_page()
    watch = Watch(tab, site.url)
    tab.goto(f"{site.url}404.html")

    tab.get_by_role("link", name="Em Paralelo").click()
    tab.wait_for_url("**/pt-br/book/index.html")

    assert watch.said() == []
    tab.close()


def test_the_front_page_leads_to_the_book(site, browser):
    tab = browser.new_page()
    watch = Watch(tab, site.url)

    tab.goto(site.url)
    tab.wait_for_url("**/en/book/index.html")

    assert watch.said() == []
    tab.close()


def test_every_page_of_the_contents_is_published(site, chapters):
    wanted = {f"{slug}/{name}.html" for slug in EDITIONS for name in chapters}

    assert wanted <= set(site.pages())


def test_no_page_is_published_that_is_not_in_the_contents(site, chapters):
    folders = {
        page
        for page in site.pages()
        if page.count("/") > 1 and not is_redirect(site.read(page))
    }

    wanted = {f"{slug}/{name}.html" for slug in EDITIONS for name in chapters}

    assert folders <= wanted


def test_every_link_within_the_book_leads_somewhere(site):
    assert list(dead(site.folder)) == []


def test_every_page_loads_only_files_of_the_site(site):
    for page in site.pages():
        for link in loads(site.read(page)):
            assert is_internal(link), f"{page}: {link}"
            path, _ = target(page, link)
            assert (site.folder / path).is_file(), f"{page}: {link}"


@pytest.fixture(scope="module")
def executed(site, chapters):
    """The chapters that have code cells, each with its cells as they were executed."""
    found = {}
    for chapter in chapters:
        if "{code-cell}" in (HERE / f"{chapter}.md").read_text("utf8"):
            notebook = json.loads(site.read(f"en/{WITH_OUTPUTS}/{chapter}.ipynb"))
            code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
            found[chapter] = [c for c in code if c["id"] != "setup"]
    assert found
    return found


@pytest.mark.parametrize("slug", EDITIONS)
@pytest.mark.parametrize(
    "file", ["_notebooks/{}.ipynb", f"{WITH_OUTPUTS}/{{}}.ipynb", "_sources/{}.md"]
)
def test_every_chapter_with_cells_can_be_downloaded(site, executed, slug, file):
    for chapter in executed:
        page = f"{slug}/{chapter}.html"
        wanted = f"{slug}/{file.format(chapter)}"

        offered = {target(page, link)[0] for link in links(site.read(page))}

        assert wanted in offered
        assert (site.folder / wanted).is_file()


def test_every_cell_was_executed(executed):
    for chapter, cells in executed.items():
        for cell in cells:
            if "".join(cell["source"]).strip():
                assert cell["execution_count"], f"{chapter}: {cell['source']}"


def test_the_manifest_knows_every_chapter_and_counts_its_cells(site, executed):
    pages = json.loads(site.read("manifest.json"))["pages"]

    counted = {chapter: pages[chapter]["cells"] for chapter in executed}

    assert counted == {chapter: len(cells) for chapter, cells in executed.items()}


@pytest.fixture(scope="module")
def claims(site):
    """What the build found out about each claim."""
    return json.loads(site.read("claims.json"))


def test_the_book_claims_much_and_mostly_what_no_load_can_change(claims, executed):
    exact = [claim for claim in claims if claim["evidence"]["kind"] == "exact"]

    assert len(claims) >= 40
    assert len(exact) > len(claims) / 2
    measuring = {chapter for chapter in executed if chapter != "book/index"}
    assert {claim["page"] for claim in claims} == measuring


def test_what_no_load_can_change_holds(claims):
    failing = [
        claim["id"]
        for claim in claims
        if claim["evidence"]["kind"] == "exact" and claim["outcome"] == "fails"
    ]

    assert failing == []


def test_what_is_undecided_says_why(claims):
    undecided = [claim for claim in claims if claim["outcome"] == "undecided"]

    assert all(claim["reason"] for claim in undecided)


def test_every_unit_of_evidence_can_be_translated(claims):
    units = {claim["evidence"]["unit"] for claim in claims}

    unknown = units - {"", "×", "s", "ms", "µs", "KiB", "MiB", *UNITS}
    assert unknown == set(), "add these, in the plural, to UNITS in evidence.py"


def test_every_claim_is_in_the_ledger_and_links_to_its_box(site, claims):
    ledger = "en/book/ledger.html"
    linked = {target(ledger, link) for link in links(site.read(ledger))}

    for claim in claims:
        assert (f"en/{claim['page']}.html", f"claim-{claim['id']}") in linked


def test_the_ledger_can_be_narrowed_down_without_a_script(site, browser, claims):
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(f"{site.url}en/book/ledger.html")
    for kind in ("exact", "ratio"):
        tab.locator(f'input[value="{kind}"]').check()

        shown = tab.locator(".ledger-table tbody tr:visible").count()

        assert shown == sum(c["evidence"]["kind"] == kind for c in claims)
    tab.context.close()
