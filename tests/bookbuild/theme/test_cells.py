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

    assert english == ["cell-1", "code-cell-2", *(f"cell-{n}" for n in range(3, 6))]


def test_no_cell_heading_label_output_or_part_of_the_template_has_anothers_id(found):
    _, ids = found

    assert {"cell-2", "main", "contents", "run-tools", "output_a", "output_a_2"} < {
        *ids
    }
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("edition", "without"),
    [(0, "Picture that this cell shows"), (1, "Imagem exibida por esta célula")],
)
def test_a_picture_of_a_cell_is_described_by_its_author_or_as_one(
    editions, edition, without
):
    pictures = tags(editions("cells")[edition], "img")

    assert [picture["alt"] for picture in pictures] == ["A dot", without]


def test_cells_have_the_same_names_in_every_edition(found):
    (english, portuguese), _ = found

    assert english == portuguese
