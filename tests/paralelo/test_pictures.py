"""Does a picture show the run, to those who see and to those who don't?"""

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paralelo import Sequential, Threads, dot_plot, draw
from paralelo.measurement import Measurement
from paralelo.pictures.figure import Scale
from paralelo.pictures.lanes import _lanes
from paralelo.samples import Run, Sample
from paralelo.timelines.timeline import Interval, Timeline

moments = st.floats(0, 1000)  # seconds
durations = st.floats(1e-300, allow_infinity=False)  # s; less has no sixth part

TWO_WORKERS = Timeline(
    (
        Interval(1, 3, worker=0, task=0, cpu=2.0),
        Interval(2, 4, worker=1, task=1),
        Interval(3, 5, worker=0, task=2, cpu=1.0),
    )
)
HOSTILE = """<script>alert("it's")</script> & co."""


@st.composite
def intervals(draw):
    start, end = sorted([draw(moments), draw(moments)])
    worker, task = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    return Interval(start, end, worker, task, draw(st.floats(0, end - start)))


timelines = st.lists(intervals(), max_size=12).map(
    lambda unsorted: Timeline(tuple(sorted(unsorted)))
)
ways = st.sampled_from(["worker", "task"])


def parsed(picture):
    """The picture as a tree; raises if its HTML is not well-formed XML, too."""
    return ElementTree.fromstring(picture.html)


def texts(tree, kind):
    return [text.text for text in tree.iter("text") if text.get("class") == kind]


def bars(tree, kind=None):
    """Each bar's left and right edge, in per cent of the width."""
    return [
        (percent(bar.get("x")), percent(bar.get("x")) + percent(bar.get("width")))
        for bar in tree.iter("rect")
        if bar.get("stroke") and bar.get("class") == kind
    ]


def table(tree):
    return [[cell.text for cell in row] for row in tree.iter("tr")]


def percent(text):
    assert text.endswith("%")
    return float(text[:-1])


def measurement(**walls):
    return {
        name: Sample(tuple(Run(wall, cpu=0.0) for wall in given))
        for name, given in walls.items()
    }


@given(timelines, ways)
def test_a_picture_is_well_formed_and_asks_for_nothing(run, by):
    tree = parsed(draw(run, by=by))

    for element in tree.iter():
        assert element.tag != "script"
        assert not {"href", "src"} & element.attrib.keys()
        assert not [name for name in element.attrib if name.startswith("on")]


@pytest.mark.parametrize(
    "picture",
    [draw(TWO_WORKERS), dot_plot(measurement(a=[1]))],
    ids=["timeline", "dots"],
)
def test_a_picture_is_one_image_that_says_what_it_shows(picture):
    images = [each for each in parsed(picture).iter("svg") if each.get("role")]

    assert [image.get("role") for image in images] == ["img"]
    assert images[0].get("aria-label") == picture.text
    assert picture._repr_mimebundle_()[0]["text/html"] == picture.html
    assert repr(picture) == picture.text


def test_what_a_picture_says_is_the_run_in_one_line():
    assert draw(TWO_WORKERS).text == str(TWO_WORKERS)


@given(timelines, ways)
def test_the_table_has_a_row_for_each_interval(run, by):
    _, *rows = table(parsed(draw(run, by=by)))

    assert rows == [
        [None, str(each.worker), str(each.task)]
        + [f"{number:.4f}" for number in (each.start, each.end, each.cpu)]
        for each in run.intervals
    ]


@given(timelines, ways)
def test_there_is_a_bar_for_each_interval_and_it_is_inside(run, by):
    edges = bars(parsed(draw(run, by=by)))

    assert len(edges) == len(run.intervals)
    assert all(0 <= left <= right <= 100.011 for left, right in edges)


def test_bars_lie_where_their_intervals_do():
    edges = bars(parsed(draw(TWO_WORKERS)))

    assert sorted(edges) == [(20, 60), (40, 80), (60, 100)]


def test_the_solid_part_of_a_bar_is_the_share_that_was_computed():
    tree = parsed(draw(TWO_WORKERS))

    solid = {
        bar.get("x"): float(bar.get("height"))
        for bar in tree.iter("rect")
        if not bar.get("fill-opacity") and not bar.get("class")
    }
    assert solid == {"20.00%": 18, "60.00%": 9}  # of 18 pixels; task 1 waited


@pytest.mark.parametrize(("share", "plates"), [(0.2, 0), (0.5, 1), (0.9, 0)])
def test_a_number_across_a_bars_two_parts_stands_on_a_plate(share, plates):
    run = Timeline((Interval(0, 1, worker=0, task=0, cpu=share),))

    found = [bar for bar in parsed(draw(run)).iter("rect") if bar.get("class")]

    assert [bar.get("class") for bar in found] == ["plate"] * plates


def test_no_head_of_a_table_is_without_a_word():
    heads = list(parsed(draw(TWO_WORKERS)).iter("th"))

    assert heads
    assert all(head.text for head in heads)


@given(timelines, ways)
def test_within_a_lane_no_two_intervals_overlap(run, by):
    for (owner, _), inside in _lanes(run, by).items():
        assert {getattr(interval, by) for interval in inside} == {owner}
        for before, after in pairwise(inside):
            assert before.end <= after.start


@given(timelines, ways)
def test_every_interval_is_in_one_lane(run, by):
    inside = [interval for lane in _lanes(run, by).values() for interval in lane]

    assert sorted(inside) == list(run.intervals)


@given(timelines, ways)
def test_nobody_has_more_lanes_than_tasks_beside_each_other(run, by):
    owners = [owner for owner, _ in _lanes(run, by)]

    for owner in owners:
        own = [each for each in run.intervals if getattr(each, by) == owner]
        instants = any(not each.duration for each in own)  # the peak leaves them out
        assert owners.count(owner) <= Timeline(tuple(own)).peak + instants


@pytest.mark.parametrize(("by", "names"), [("worker", "01"), ("task", "012")])
def test_lanes_are_named_after_their_owners(by, names):
    tree = parsed(draw(TWO_WORKERS, by=by))

    assert texts(tree, "worker") == list(names)


def test_lanes_of_one_owner_are_named_once():
    beside = Timeline(
        (Interval(0, 2, worker=0, task=0), Interval(1, 3, worker=0, task=1))
    )

    assert texts(parsed(draw(beside)), "worker") == ["0"]


def test_a_lane_of_something_else_is_refused():
    with pytest.raises(ValueError, match="by must be 'worker' or 'task', got 'core'"):
        draw(TWO_WORKERS, by="core")


def test_runs_are_drawn_under_their_titles_on_one_scale():
    slow = Timeline((Interval(0, 10, worker=0, task=0),))

    picture = draw({Threads(2): TWO_WORKERS, "slow": slow})

    tree = parsed(picture)
    assert texts(tree, "title") == ["Threads(workers=2)", "slow"]
    assert max(bars(tree)) == (30, 50)
    assert (0, 100) in bars(tree)
    assert [row[0] for row in table(tree)[1:]] == ["Threads(workers=2)"] * 3 + ["slow"]
    assert picture.text == f"Threads(workers=2): {TWO_WORKERS}\nslow: {slow}"


@pytest.mark.parametrize(
    "picture",
    [draw({HOSTILE: TWO_WORKERS}), dot_plot({HOSTILE: Sample((Run(1, 1),))})],
    ids=["timeline", "dots"],
)
def test_titles_are_escaped(picture):
    tree = parsed(picture)

    assert texts(tree, "title") == [HOSTILE]
    assert table(tree)[1][0] == HOSTILE
    assert next(tree.iter("svg")).get("aria-label").startswith(HOSTILE)


def test_an_empty_run_is_an_empty_picture():
    tree = parsed(draw(Timeline(())))

    assert bars(tree) == []
    assert texts(tree, "tick")[0] == "0 s"


PREDICTED = Timeline(  # for TWO_WORKERS, which began at 1
    (
        Interval(0, 2, worker=0, task=0, cpu=2.0),
        Interval(0, 2, worker=1, task=1),
        Interval(2, 3, worker=2, task=2, cpu=1.0),
    )
)


@given(timelines, timelines, ways)
def test_there_is_an_outline_for_each_predicted_interval(run, predicted, by):
    tree = parsed(draw(run, by=by, predicted=predicted))

    edges = bars(tree, "predicted")
    assert len(edges) == len(predicted.intervals)
    assert len(bars(tree)) == len(run.intervals)
    assert all(0 <= left <= right <= 100.011 for left, right in edges)


def test_a_prediction_begins_where_the_first_task_did():
    edges = bars(parsed(draw(TWO_WORKERS, predicted=PREDICTED)), "predicted")

    assert edges == [(20, 60), (20, 60), (60, 80)]


def test_a_prediction_that_knows_of_startup_stays_where_it_is():
    late = Timeline((Interval(2, 4, worker=0, task=0),))

    edges = bars(parsed(draw(TWO_WORKERS, predicted=late)), "predicted")

    assert edges == [(40, 80)]


def test_a_prediction_that_goes_on_for_longer_is_on_the_same_scale():
    longer = Timeline((Interval(0, 9, worker=0, task=0),))

    tree = parsed(draw(TWO_WORKERS, predicted=longer))

    assert bars(tree, "predicted") == [(10, 100)]
    assert max(bars(tree)) == (30, 50)


@pytest.mark.parametrize(
    ("by", "expected"), [("worker", [-1, 23, 47]), ("task", [-1, 23, 47])]
)
def test_an_outline_is_around_the_lane_of_its_worker_or_task(by, expected):
    tree = parsed(draw(TWO_WORKERS, by=by, predicted=PREDICTED))

    outlines = [bar for bar in tree.iter("rect") if bar.get("class") == "predicted"]
    assert [int(outline.get("y")) for outline in outlines] == expected
    assert texts(tree, "worker") == ["0", "1", "2"]  # of whom nobody saw worker 2


def test_an_outline_has_no_fill_and_does_not_hide_what_was_measured():
    tree = parsed(draw(TWO_WORKERS, predicted=PREDICTED))

    for bar in tree.iter("rect"):
        outlined = bar.get("class") == "predicted"
        assert (bar.get("fill") == "none") == outlined
        assert ("stroke-dasharray" in bar.attrib) == outlined


def test_tasks_predicted_beside_each_other_have_lanes_beside_each_other():
    together = Timeline(tuple(Interval(0, 2, worker=0, task=i) for i in range(3)))

    tree = parsed(draw(TWO_WORKERS, predicted=together))

    outlines = [bar for bar in tree.iter("rect") if bar.get("class") == "predicted"]
    assert [int(outline.get("y")) for outline in outlines] == [-1, 23, 47]
    lanes = [name.get("y") for name in tree.iter("text") if name.get("class")]
    assert lanes[1:3] == ["13", str(13 + 3 * 24)]  # worker 1 below all lanes of 0


def test_what_was_measured_stands_next_to_what_was_predicted():
    predicted = Timeline((Interval(0, 3.5, worker=0, task=0),))

    picture = draw(TWO_WORKERS, predicted=predicted)

    assert texts(parsed(picture), "makespans") == ["4 s; predicted: 3.5 s"]
    assert picture.text == f"{TWO_WORKERS}; predicted: 3.5 s"


def test_a_run_is_compared_with_what_was_predicted_under_its_title():
    picture = draw(
        {Threads(2): TWO_WORKERS, "alone": TWO_WORKERS},
        predicted={"Threads(workers=2)": PREDICTED},
    )

    tree = parsed(picture)
    lines = [line.text for line in tree.iter("text") if line.get("class") != "worker"]
    assert lines[0] == "Threads(workers=2)"
    assert texts(tree, "makespans") == ["4 s; predicted: 3 s"]
    assert picture.text.splitlines() == [
        f"Threads(workers=2): {TWO_WORKERS}; predicted: 3 s",
        f"alone: {TWO_WORKERS}",
    ]


def test_nothing_overlaps_the_lines_above_a_run():
    plain, compared = (
        next(parsed(draw({"one": TWO_WORKERS}, predicted=given)).iter("svg"))
        for given in (None, {"one": PREDICTED})
    )

    lanes = [svg.get("y") for svg in (*plain.iter("svg"), *compared.iter("svg"))]
    assert lanes == [None, "24", None, "48"]


@pytest.mark.parametrize(
    ("runs", "predicted", "title"),
    [
        (TWO_WORKERS, PREDICTED, "predicted"),
        ({"one": TWO_WORKERS}, {"one": PREDICTED}, "one, predicted"),
    ],
)
def test_the_table_marks_what_was_predicted(runs, predicted, title):
    _, *rows = table(parsed(draw(runs, predicted=predicted)))

    assert [row[0] for row in rows[3:]] == [title] * 3
    assert rows[3][1:] == ["0", "0", "1.0000", "3.0000", "2.0000"]


@pytest.mark.parametrize(
    ("predicted", "unknown"), [({"tow": PREDICTED}, "'tow'"), (PREDICTED, "''")]
)
def test_a_prediction_for_no_run_is_refused(predicted, unknown):
    with pytest.raises(LookupError, match=f"titled {unknown}; there are: 'one', 'two'"):
        draw({"one": TWO_WORKERS, "two": TWO_WORKERS}, predicted=predicted)


def test_there_is_a_dot_for_each_run_where_its_time_lies():
    tree = parsed(dot_plot(measurement(a=[1, 4], b=[2])))

    assert [dot.get("cx") for dot in tree.iter("circle")] == [
        "25.00%",
        "100.00%",
        "50.00%",
    ]
    assert table(tree)[1:] == [["a", "1 4"], ["b", "2"]]


def test_dots_of_a_measurement_are_titled_by_its_strategies():
    measured = Measurement({Sequential(): Sample((Run(1, 1), Run(3, 3), Run(2, 2)))})

    picture = dot_plot(measured)

    assert texts(parsed(picture), "title") == ["Sequential()"]
    assert picture.text == str(measured)
    assert [bar.get("x") for bar in parsed(picture).iter("rect")] == ["66.67%"]


def ticks(scale):
    """Where each tick of a scale lies, in per cent, and the number beside it."""
    where, labels = zip(*scale.ticks(), strict=True)
    return [percent(place) for place in where], [label.split()[0] for label in labels]


@given(durations)
@example(1.2)
@example(6.0)
@example(math.nextafter(10, 0))
def test_any_duration_has_four_to_seven_ticks(duration):
    places, labels = ticks(Scale.up_to(duration))

    assert 4 <= len(places) <= 7
    assert places[0] == 0
    assert places == sorted(set(places))
    assert places[-1] <= 100.011
    assert labels[0] == "0"
    assert len(set(labels)) == len(labels)


@given(st.floats(1e-6, 1e6))
def test_a_tick_lies_where_its_label_says(duration):
    scale = Scale.up_to(duration)

    places, labels = ticks(scale)

    for place, number in zip(places, labels, strict=True):
        moment = float(number) * scale.size
        assert place == pytest.approx(100 * moment / duration, abs=0.01)


@pytest.mark.parametrize(
    ("duration", "unit"),
    [(20, "s"), (1.0, "s"), (0.5, "ms"), (0.0012, "ms"), (6e-6, "µs")],
)
def test_the_first_tick_names_the_unit_since_it_has_room_for_it(duration, unit):
    label, *others = [label for _, label in Scale.up_to(duration).ticks()]

    assert label == f"0 {unit}"
    assert all(other.replace(".", "").isdigit() for other in others)
