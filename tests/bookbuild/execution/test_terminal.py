"""Does what a cell prints come out as a terminal would show it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from myst_nb.core.lexers import AnsiColorLexer
from nbformat.v4 import new_output
from pygments.token import Error

from bookbuild.execution.terminal import colored, merged, overwritten, plain

LINK = "\x1b]8;;https://example.org\x1b\\the docs\x1b]8;;\x1b\\"


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(text):
    return new_output("display_data", data={"text/plain": text})


def texts(outputs):
    return [it.get("text") or it["data"]["text/plain"] for it in merged(outputs)]


def test_prints_and_displays_stay_in_the_order_in_which_they_were_put_out():
    outputs = [stream("one\n"), shown("'shown'"), stream("two\n")]

    assert texts(outputs) == ["one\n", "'shown'", "two\n"]


def test_prints_with_nothing_between_them_are_one_output():
    outputs = [stream("1 "), stream("2 "), shown("3"), stream("4 "), stream("5")]

    assert texts(outputs) == ["1 2 ", "3", "4 5"]


def test_two_streams_come_in_one_order_whichever_was_heard_of_first():
    out, err = (
        [stream("1"), stream("2")],
        [stream("a", "stderr"), stream("b", "stderr")],
    )
    ways = [[*out, *err], [*err, *out], [err[0], out[0], err[1], out[1]]]

    assert [texts(map(dict, way)) for way in ways] == [["12", "ab"]] * 3


def test_a_progress_bar_that_comes_in_pieces_shows_its_end_only():
    pieces = [stream(text) for text in ("\r 50%", "\r", "100%", "\r100%\n", "done")]

    assert texts(pieces) == ["100%\ndone"]


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("50%\r100%", "100%"),
        ("a\r\nb\r\n", "a\r\nb\r\n"),  # ends of lines, as Windows writes them
        ("50%\r\r100%\r", "100%\r"),
        ("|\b/\b-\b\\", "\\"),
        ("abc\b\b\bd", "d"),
        ("\b\ba\n\bb", "\b\ba\n\bb"),  # nothing before it in its line
    ],
)
def test_what_is_overwritten_is_left_out(written, left):
    assert overwritten(written) == left


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        (LINK, "the docs"),
        (LINK.replace("\x1b\\", "\x07"), "the docs"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]0;no end\nnext", "0;no end\nnext"),  # nothing of the text is lost
        ("\x1b[2J\x1b[1;1Htext\x1b[K\x1b[?25l", "text"),
        ("\x1b(Bx\x1b=y\x1bcz", "xyz"),
        ("\x1bP1$r0m\x1b\\text", "text"),
        ("a\x1b", "a"),
        ("bell\x07, zero\x00, \ttab\n", "bell, zero, \ttab\n"),
        ("\x1b[31mred\x1b[0m", "red"),
    ],
)
def test_escape_sequences_leave_their_text(printed, words):
    assert plain(printed) == words


@pytest.mark.parametrize(
    ("color", "known"),
    [
        ("31", "31"),
        ("", "0"),
        ("1;32;44", "1;32;44"),
        ("91", "31"),  # bright
        ("102", "42"),
        ("7", "47"),  # letters and paper swapped
        ("3", None),  # italics
        ("4:3;31", "31"),  # a wavy line
        ("38;5;9", "31"),  # of 256 colors
        ("38;5;196", "31"),
        ("48;5;21", "44"),
        ("38;5;208", "33"),  # orange
        ("38;5;244", "37"),
        ("38;5;236", "30"),
        ("38;2;255;1;2", "31"),  # mixed: 1 and 2 are no bold and no faint
        ("38;2;1;220;220;1", "36;1"),
        ("38:2::0:0:255", "34"),
        ("38", "39"),
        ("38;7;1", "39;1"),
    ],
)
def test_a_color_becomes_one_that_pages_have(color, known):
    assert colored(f"\x1b[{color}mx") == (f"\x1b[{known}mx" if known else "x")


@given(st.text(st.sampled_from("\x1b[]()8;:mKP\\\x07\x9b\x00\r\b\n1357?x ")))
def test_whatever_is_printed_the_lexer_reads_it(text):
    tokens = [*AnsiColorLexer().get_tokens(colored(overwritten(text)))]

    assert Error not in {kind for kind, _ in tokens}
    assert "\x1b" not in "".join(part for _, part in tokens)


@given(st.text(st.sampled_from("\x1b[]();mKP\\1357x ")))
def test_an_escape_sequence_leaves_no_other_one(text):
    assert "\x1b" not in plain(text)
