"""Check that pages translate a reader's outputs as the build translates the book's.

Python and JavaScript have a program each for that. Each output of the book is given to
both. Over 0.25 s: a browser.
"""

import json

import pytest
from bs4 import BeautifulSoup

from bookbuild.i18n.catalogs import read
from bookbuild.i18n.messages import Speech
from bookbuild.project.editions import folder
from browsing import window
from tiny_book import HERE

LANGUAGE, SLUG = "pt_BR", "pt-br"
SAY = """
    async ([module, words, outputs]) => {
        const { Speech } = await import(module);
        const speech = await Speech.of("pt-BR", words);
        return outputs.map(([html, said]) => {
            const box = document.createElement("template");
            box.innerHTML = html.replace(/ style="[^"]*"/g, "");
            speech.html(box.content, said);
            const named = [...box.content.querySelectorAll("[aria-label]")];
            const names = named.map((it) => it.getAttribute("aria-label"));
            return [box.content.textContent, ...names];
        });
    }
"""


@pytest.fixture(scope="module")
def speech():
    words = read(folder(HERE, LANGUAGE) / "words.po", LANGUAGE)
    known = {each.id: each.string for each in words}
    return Speech(LANGUAGE, lambda text: known.get(text) or text)


@pytest.fixture(scope="module")
def say(site, browser):
    """Says outputs as a page of the edition does."""
    with window(browser) as tab:
        tab.goto(f"{site.url}{SLUG}/book/index.html")
        at = f"{site.url}{SLUG}/_static"
        yield lambda outputs: tab.evaluate(
            SAY, [f"{at}/speech.js", f"{at}/says.json", outputs]
        )


@pytest.fixture(scope="module")
def outputs(site):
    """What cells of the book put out that says something: HTML, and the pieces."""
    found = []
    for path in sorted((HERE / "_build/pages/jupyter_execute").rglob("*.ipynb")):
        for cell in json.loads(path.read_text("utf8"))["cells"]:
            for output in cell.get("outputs", []):
                if said := output.get("metadata", {}).get("messages"):
                    found.append(("".join(output["data"]["text/html"]), said))
    assert len(found) > 20
    return found


def texts(html):
    """What is read of a piece of HTML: its text, and what it is called."""
    soup = BeautifulSoup(html, "html.parser")
    return [soup.get_text(), *(it["aria-label"] for it in soup.select("[aria-label]"))]


def test_every_output_of_the_book_is_said_as_the_press_says_it(outputs, say, speech):
    said = say(outputs)

    for (html, records), ours in zip(outputs, said, strict=True):
        assert ours == texts(speech.html(html, records))
    assert [texts(html) for html, _ in outputs] != said  # the control


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("its median is {true:.4f} s, not {given:.4f} s", {"true": 0.1, "given": 2}),
        ("CPU ÷ wall is not {share:.2f}", {"share": 0.456}),
        ("not yet: {reason}", {"reason": {"text": "CPU", "details": {}}}),
        ("not yet: {reason}", {"reason": "[0.5, 1]"}),
        ("not yet: {reason}", {"reason": "0.5 s, 1.25 ms"}),
        ("not yet: {reason}", {"reason": "asyncio.gather"}),
        (
            "{tasks} tasks, {workers} workers, makespan {makespan:.3g} s, peak {peak}",
            {"tasks": 1, "workers": 2, "makespan": 0.123456, "peak": 3},
        ),
        (
            "burn {burn:.0%}, sum_in_c {sum_in_c:.0%}, sha256_block {sha256_block:.0%}",
            {"burn": 0.5, "sum_in_c": 0, "sha256_block": 1.234},
        ),
    ],
)
def test_each_kind_of_detail_is_said_alike(say, speech, text, details):
    record = {"text": text, "details": details}
    english = Speech("en", lambda message: message).say(record)
    html = f"<p>{english}</p>"

    (ours,) = say([[html, [record]]])

    assert ours == [speech.say(record)]
