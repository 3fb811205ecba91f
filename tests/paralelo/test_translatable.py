"""Is what an output says told in a way that others can say it in another language?"""

from paralelo.translatable import gettext_noop, message, metadata


def test_a_saying_is_its_text_with_its_details():
    hint = message("how many rounds?")

    saying = message(
        "{name}: {hint} {share:.0%}", name="threads", hint=hint, share=0.25
    )

    assert str(saying) == "threads: how many rounds? 25%"


def test_its_record_is_json_and_has_what_the_text_was_made_of():
    saying = message(
        "{it} {n} {error}", it=message("no {what}", what="GIL"), n=3, error=KeyError(1)
    )

    assert saying.record() == {
        "text": "{it} {n} {error}",
        "details": {
            "it": {"text": "no {what}", "details": {"what": "GIL"}},
            "n": 3,
            "error": "1",
        },
    }


def test_an_output_has_the_records_of_all_that_it_says():
    assert metadata([message("a"), message("b")]) == {
        "messages": [{"text": "a", "details": {}}, {"text": "b", "details": {}}]
    }


def test_what_is_noted_stays_as_it_is():
    assert gettext_noop("holds") == "holds"
