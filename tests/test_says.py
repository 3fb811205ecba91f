"""Is what an output says told in a way that others can say it in another language?"""

from paralelo.says import metadata, noted, say


def test_a_saying_is_its_text_with_its_details():
    hint = say("how many rounds?")

    saying = say("{name}: {hint} {share:.0%}", name="threads", hint=hint, share=0.25)

    assert str(saying) == "threads: how many rounds? 25%"


def test_its_record_is_json_and_has_what_the_text_was_made_of():
    saying = say(
        "{it} {n} {error}", it=say("no {what}", what="GIL"), n=3, error=KeyError(1)
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
    assert metadata([say("a"), say("b")]) == {
        "says": [{"text": "a", "details": {}}, {"text": "b", "details": {}}]
    }


def test_what_is_noted_stays_as_it_is():
    assert noted("holds") == "holds"
