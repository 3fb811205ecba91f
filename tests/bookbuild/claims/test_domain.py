"""Are writers' mistakes in claims found among what pages state and cells check?"""

from types import SimpleNamespace

import pytest

from bookbuild.claims.domain import Claims, Location


def claims(**entries):
    """The domain with these entries of each kind: names, and where they stand."""
    domain = Claims(SimpleNamespace(domaindata={}))
    for kind, some in entries.items():
        for name, page, line in some:
            record = {"id": name} if kind == "checked" else None
            domain.data[kind].append((name, Location(f"book/{page}", line), record))
    return domain


def said(domain, *failed):
    return [f"{place}: {what}" for place, what in domain.mistakes(set(failed))]


HERE, THERE = [("a", "one", 7)], [("a", "two", 9)]
MISTAKES = {
    "stated, not checked": (
        {"stated": HERE},
        "book/one.md:7: the claim 'a' is stated, but no cell of this page ends in "
        "check('a', …)",
    ),
    "checked, not stated": (
        {"checked": HERE},
        "book/one.md:7: this cell checks the claim 'a', which the page does not state: "
        "write a {claim} box below it",
    ),
    "stated twice": (
        {"stated": HERE + THERE, "checked": HERE},
        "book/two.md:9: the claim 'a' is stated already, at book/one.md:7",
    ),
    "checked twice": (
        {"stated": HERE, "checked": HERE + THERE},
        "book/two.md:9: the claim 'a' is checked already, at book/one.md:7",
    ),
    "unknown": (
        {"wanted": HERE},
        "book/one.md:7: no cell checks the claim 'a', so it has no value here",
    ),
}


@pytest.mark.parametrize(("entries", "mistake"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_with_its_place(entries, mistake):
    assert mistake in said(claims(**entries))


def test_a_claim_that_its_page_states_and_checks_is_right_and_known_elsewhere():
    assert said(claims(stated=HERE, checked=HERE, wanted=THERE)) == []


def test_what_is_missing_because_a_page_failed_is_no_mistake_there_or_elsewhere():
    domain = claims(stated=HERE, wanted=HERE + THERE)

    assert len(said(domain)) == 3
    assert said(domain, "book/one") == []


def test_a_mistake_on_another_page_than_the_failed_one_stays():
    assert len(said(claims(stated=HERE + THERE), "book/one")) == 2


def test_a_page_that_is_read_again_leaves_nothing_from_before():
    domain = claims(stated=HERE + THERE, checked=HERE + THERE, wanted=HERE)

    domain.clear_doc("book/one")

    assert said(domain) == []
    assert [place.docname for _, place, _ in domain.data["stated"]] == ["book/two"]
