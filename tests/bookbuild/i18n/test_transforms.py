"""Are both editions of a page complete, whatever its sentences have in them?

Over 0.25 s: a book of three pages is built in two languages, and one of one page.
"""

import json
import re
from zipfile import ZipFile

import pytest

from bookbuild.i18n.catalogs import read, write
from bookbuild.project.editions import folder
from page_tags import tags
from tiny_book import TinyBook, cells, complaints, speak_portuguese
from tiny_book import words as text_of

ADDRESS = "https://example.org/tiny/"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
SENTENCES = """\
A note[^one], another[^2], and again[^one].

A line\\
with `code`\x20\x20
is broken.

See [the site][site] and [other].

:::{note}
A boxed[^box] note.

[^box]: In a box.
:::

[^one]: It is *here*.
[^2]: There.

[site]: https://example.org/site
[other]: https://example.org/other "titled"

"""
CELLS = f"""\
```{{code-cell}} ipython3
:tags: [hide-output]
6 * 7
```

```{{code-cell}} ipython3
:tags: [hide-cell]
6 * 8
```

```{{code-cell}} ipython3
:tags: [hide-cell]
nothing = 1
```

```{{code-cell}} ipython3
:tags: [hide-input, hide-output]
6 * 9
```

```{{code-cell}} ipython3
---
tags: [hide-output]
mystnb:
  code_prompt_show: Look at the {{type}}
  code_prompt_hide: Enough
  figure:
    caption: |
      A caption of
      a cell

      And a legend.
    name: fig-cell
  image:
    alt: nothing drawn
---
from IPython.display import SVG
SVG('{SVG}')
```

```{{code-cell}} ipython3
from IPython.display import Markdown
Markdown("This is of no **catalogue**.")
```
"""
EQUATIONS = """\
```{math}
:label: speedup
S = 2
```

$$
a
$$ (second)

By {eq}`speedup` and {eq}`second`.

"""
PAGES = {
    "sentences": SENTENCES + cells("6 * 7"),
    "options": CELLS,
    "a página": EQUATIONS + cells("6 * 7"),
}


def pseudo(text):
    """A translation of anything, which shows that it was translated."""
    return f"Ah, {text}"


def translate_all(book):
    said = book.bookbuild("translations")
    assert said.returncode == 0, said.stderr
    for path in (folder(book.root, "pt_BR") / "book").glob("*.po"):
        catalogue = read(path, "pt_BR")
        for message in catalogue:
            if message.id:
                message.string = pseudo(message.id)
        write(path, catalogue, path.stem, "pt_BR")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = TinyBook.make(tmp_path_factory.mktemp("book"), PAGES)
    line = "    language: en\n"
    book.replace("_config.yml", line, f"{line}    html_baseurl: {ADDRESS}\n")
    speak_portuguese(book)
    translate_all(book)
    ran = book.build("--strict")
    assert ran.returncode == 0, ran.stderr
    assert "2 sentences of words.po aren't" in ran.stdout  # the title and the author
    return book


def article(book, name, slug):
    page = (book.site / f"{slug}/book/{name}.html").read_text("utf8")
    return re.search("<article.*?</article>", page, re.S)[0]


@pytest.fixture(params=["en", "pt-br"])
def slug(request):
    return request.param


def said(slug, text):
    return text if slug == "en" else pseudo(text)


def addresses(html):
    return [tag["href"] for tag in tags(html) if "href" in tag]


def test_both_editions_have_all_footnotes_with_their_numbers(book, slug):
    html = article(book, "sentences", slug)

    found = re.findall(
        r'<a class="footnote-ref[^>]*href="#(\w+)".*?\[</span>(\d)', html
    )
    assert [number for _, number in found] == ["1", "2", "1", "3"]
    for name, number in found:
        label = html.split(f'id="{name}"')[1].split('class="label"')[1]
        assert text_of(f"<{label}").startswith(f"[{number}]")
    assert said(slug, "It is here.") in text_of(html)
    assert said(slug, "In a box.") in text_of(html)


def test_both_editions_have_the_ends_of_lines(book, slug):
    html = article(book, "sentences", slug)

    assert len(re.findall(r"<br ?/?>", html)) == 2
    assert said(slug, "A line") in html
    assert "\\" not in html


def test_both_editions_have_the_addresses_that_stand_elsewhere(book, slug):
    found = addresses(article(book, "sentences", slug))

    assert {"https://example.org/site", "https://example.org/other"} <= set(found)


def test_a_fold_says_what_is_in_it(book, slug):
    folds = re.findall("<summary>(.*?)</summary>", article(book, "options", slug))

    look, enough = said(slug, "Look at the"), said(slug, "Enough")
    english = ["output", "code and output", "code", "code", "output"]
    code, output = ("code", "output") if slug == "en" else ("código", "saída")
    show, hide = ("Show the", "Hide the") if slug == "en" else ("Mostrar", "Ocultar")
    inside = [
        each.replace("code", code)
        .replace("output", output)
        .replace(" and ", " and " if slug == "en" else " e ")
        for each in english
    ]
    assert [text_of(fold) for fold in folds] == [
        *(f"{show} {each}{hide} {each}" for each in inside),
        f"{look} {output}{enough}",
    ]


def test_captions_and_alternative_texts_of_cells_are_translated(book, slug):
    html = article(book, "options", slug)

    assert said(slug, "A caption of a cell") in text_of(html)
    assert said(slug, "And a legend.") in text_of(html)
    assert said(slug, "nothing drawn") in [tag.get("alt") for tag in tags(html, "img")]


def test_what_a_cell_puts_out_is_in_no_catalogue(book, slug):
    assert "This is of no catalogue." in text_of(article(book, "options", slug))


def test_the_check_misses_the_words_of_a_cell(book):
    path = folder(book.root, "pt_BR") / "book/options.po"
    before = path.read_text("utf8")
    path.write_text(before.split('msgid "Look')[0], "utf8")

    ran = book.bookbuild("translations", "--check")

    path.write_text(before, "utf8")
    for text in (
        "Look at the {type}",
        "Enough",
        "A caption of a cell",
        "nothing drawn",
    ):
        assert f"“{text}” is not in it" in ran.stdout


def test_an_equation_has_its_number_and_is_found_by_it(book, slug):
    html = article(book, "a página", slug)

    boxes = re.findall(r'<div class="math[^>]*id="([\w-]+)">.*?</div>', html, re.S)
    numbers = re.findall(r'<span class="eqno">\((\d)\)', html)
    references = re.findall(r'internal" href="#([\w-]+)">\((\d)\)', html)
    assert boxes == ["equation-speedup", "equation-second"]
    assert references == list(zip(boxes, numbers, strict=True))


def test_the_notebook_has_the_numbers_of_its_equations(book, slug):
    path = book.site / f"{slug}/_notebooks/book/a página.ipynb"
    cells = json.loads(path.read_text("utf8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)

    assert "S = 2\n\\tag{1}\n$$" in text
    assert "[(1)](" in text


def test_addresses_are_written_without_spaces_and_accents(book):
    written = "a%20p%C3%A1gina"
    page = (book.site / "en/book/a página.html").read_text("utf8")
    with ZipFile(book.site / "en/tiny-notebooks.zip") as packed:
        readme = packed.read("tiny-notebooks/README.md").decode()
    path = book.site / "en/_notebooks/book/a página.ipynb"
    about = "".join(json.loads(path.read_text("utf8"))["cells"][0]["source"])

    assert f"(book/{written}.ipynb)" in readme
    assert f"({ADDRESS}en/book/{written}.html)" in about
    assert f"{ADDRESS}pt-br/book/{written}.html" in addresses(page)
    assert f"<loc>{ADDRESS}en/book/{written}.html" in (
        (book.site / "sitemap.xml").read_text("utf8")
    )
    strange = [each for each in addresses(page) if " " in each or not each.isascii()]
    assert strange == []


def test_a_footnote_in_a_translated_heading_is_refused_with_a_way_out(tmp_path):
    body = "## Heading[^one]\n\nText.\n\n[^one]: Note.\n"
    book = TinyBook.make(tmp_path, {"one": body})
    speak_portuguese(book)
    translate_all(book)

    ran = book.build()

    assert ran.returncode == 1
    assert complaints(ran)[0] == (
        "bookbuild: book/one.md:14: a heading with a footnote can't be translated; "
        "refer to the footnote in the paragraph below the heading"
    )
