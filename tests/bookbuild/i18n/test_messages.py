"""Are sentences and numbers said as the readers of an edition say them?"""

import pytest

from bookbuild.i18n.messages import ENGLISH, Speech
from paralelo.translatable import message

KNOWN = {
    "{tasks} tasks in {time}": "{time} para {tasks} tarefas",
    "{name}: {hint}": "{name}: {hint}",
    "how many?": "quantas?",
    "{share:.2f} is too much": "{share:.2f} é demais",
    "the numbers": "os números",
    "on": "ligado",
}
PORTUGUESE = Speech("pt_BR", lambda text: KNOWN.get(text, text))


@pytest.mark.parametrize(
    ("saying", "said"),
    [
        (
            message("{tasks} tasks in {time}", tasks=7, time="1.25 s"),
            "1,25 s para 7 tarefas",
        ),
        (message("{share:.2f} is too much", share=0.756), "0,76 é demais"),
        (
            message("{name}: {hint}", name="awaited", hint=message("how many?")),
            "awaited: quantas?",
        ),
        (message("{name}: {hint}", name="v1.2", hint=message("none")), "v1.2: none"),
    ],
)
def test_a_saying_is_said_in_the_language_with_its_numbers(saying, said):
    assert PORTUGUESE.say(saying.record()) == said
    assert ENGLISH.say(saying.record()) == str(saying)


@pytest.mark.parametrize(
    ("quantity", "written"),
    [
        ("1.96 ×", "1,96 ×"),
        ("1.23 × [1.17, 1.37] (≥ 1.5 ×)", "1,23 × [1,17; 1,37] (≥ 1,5 ×)"),
        ("317 ms = 300 ms + 17.3 ms", "317 ms = 300 ms + 17,3 ms"),
        ("5.68 µs", "5,68 µs"),
        ("1e-05", "1e-05"),
        ("10", "10"),
        ("Threads(workers=4)", "Threads(workers=4)"),
        ("CPython 3.11.7", "CPython 3.11.7"),
        ("'0.99'", "'0.99'"),
        (", ", ", "),
    ],
)
def test_numbers_have_a_comma_and_names_stay(quantity, written):
    assert PORTUGUESE.quantity(quantity) == written
    assert ENGLISH.quantity(quantity) == quantity


def test_a_date_is_written_as_is_usual():
    assert PORTUGUESE.day("2026-11-02") == "2 de novembro de 2026"
    assert PORTUGUESE.day("2026-11-02", width="short") == "02/11/2026"
    assert ENGLISH.day("2026-11-02") == "November 2, 2026"


HTML = (
    '<figure><svg aria-label="7 tasks in 1.25 s\nThreads(workers=4)">'
    "<text>0.25 s</text>"
    "<text>Threads(workers=4)</text></svg><summary>the numbers</summary>"
    "<td>on the numbers</td><td>on</td><td>2026-11-02</td><td>a &lt; b</td></figure>"
)
SAID = [
    message("{tasks} tasks in {time}", tasks=7, time="1.25 s").record(),
    message("the numbers").record(),
    message("on").record(),
]


def test_in_an_output_what_it_says_and_its_numbers_are_said_anew_and_names_stay():
    assert PORTUGUESE.html(HTML, SAID) == (
        '<figure><svg aria-label="1,25 s para 7 tarefas\nThreads(workers=4)">'
        "<text>0,25 s</text><text>Threads(workers=4)</text></svg>"
        "<summary>os números</summary><td>on the numbers</td><td>ligado</td>"
        "<td>02/11/2026</td><td>a &lt; b</td></figure>"
    )


def test_a_name_that_is_like_a_word_or_a_number_stays():
    html = '<td class="title">on</td><code>on</code><text class="title">3.13</text>'

    assert PORTUGUESE.html(f"{html}<b>on</b>", SAID) == f"{html}<b>ligado</b>"


def test_a_value_in_pythons_words_stays():
    saying = message("{name}: {hint}", name="a", hint="(0.1, 0.2)")

    assert PORTUGUESE.say(saying.record()) == "a: (0.1, 0.2)"
