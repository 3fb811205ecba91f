"""Can each code cell be linked to?"""

import re

import pytest

from page_tags import tags


@pytest.fixture
def found(editions):
    """The ids of the page's cells, in both editions; and all ids of the English one."""
    pages = editions("cells")
    of_cells = [
        [
            tag.get("id")
            for tag in tags(page, "div")
            if re.match(r"cell\b(?!_)", tag.get("class", ""))
        ]
        for page in pages
    ]
    return of_cells, [tag["id"] for tag in tags(pages[0]) if "id" in tag]


def test_cells_are_numbered_in_the_order_of_the_page(found):
    (english, _), _ = found

    assert english == ["cell-1", "code-cell-2", "cell-3"]


def test_a_cell_takes_no_name_that_a_heading_has(found):
    _, ids = found

    assert ids.count("cell-2") == 1
    assert len(ids) == len(set(ids))


def test_cells_have_the_same_names_in_every_edition(found):
    (english, portuguese), _ = found

    assert english == portuguese
