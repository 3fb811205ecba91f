"""Measure how a text speaks, per 1,000 words of its prose.

A colleague who talks says *we* and *it's*, joins thoughts with *because* and *so*, and
names who acts. The ranges come from books that are well liked: *Crafting Interpreters*,
*The Rust Programming Language*, Trio's tutorial, and, for Portuguese, *Python Fluente*.
A text outside of them sounds wrong; one inside of them may still be dull.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
ENOUGH = 150  # words: a shorter text isn't judged
CHAPTER = 1000  # words: a shorter text may do without connectives, we and contractions


class Line(NamedTuple):
    """A line of a text, and its number in the file."""

    number: int
    text: str


class Measure(NamedTuple):
    """What is counted, how often it may occur in 1,000 words, and the advice."""

    name: str
    pattern: str
    least: float
    most: float
    advice: str


ENGLISH = (
    Measure(
        "contractions",
        r"\w+(?:n['\u2019]t|['\u2019](?:re|ve|ll|d|m))\b"
        r"|\b(?:it|that|there|let|what|here|he|she|who)['\u2019]s\b",
        8,
        40,
        "write it's, don't, we'll, as you'd say them",
    ),
    Measure(
        "we and us",
        r"\b(?:we|us|our|ours|let['\u2019]s|i)\b",
        12,
        45,
        "say we when we run something, and let's to begin",
    ),
    Measure("you", r"\b(?:you|yours?)\b", 0, 60, "name what acts: the pool, a thread"),
    Measure(
        "connectives",
        r"\b(?:but|so|because|however|for (?:example|instance)|first|now|then|instead|"
        r"(?:that['\u2019]s|which is) why|since|al?though|still|finally|"
        r"in other words)\b",
        16,
        60,
        "join thoughts by the word you mean: because, so, but, for example",
    ),
    Measure(
        "nobody and whoever",
        r"\b(?:(?:no|some|any|every)body|no one|(?:who|what|which)ever)\b",
        0,
        1.5,
        "name the actor",
    ),
    Measure("semicolons", ";", 0, 4, "write two sentences, or because, so, but"),
    Measure("', and'", r", and\b", 0, 10, "write because, so, but, which"),
    Measure(
        "what-clauses",
        r"\bwhat (?:it|is|was|were|does|did|has|had|you|they|he|she|we)\b",
        0,
        2,
        "name the thing",
    ),
)
PORTUGUESE = (
    Measure(
        "ninguém, quem, o que",
        r"\b(?:(?:nin|al)gu[eé]m|quem|o que|todo mundo)\b",
        0,
        3,
        "diga o nome: a thread, o pool, o livro",
    ),
    Measure(
        "nós e vamos",
        r"\b(?:n[oó]s|vamos|podemos|noss[oa]s?|veremos|temos|vejamos|nos)\b",
        3,
        20,
        "diga vamos, podemos, nosso",
    ),
    Measure(
        "você", r"\b(?:voc[eê]|seus?|suas?)\b", 0, 14, "troque seu e sua por o e a"
    ),
    Measure(
        "conectivos",
        r"\b(?:mas|porque|ent[aã]o|por[eé]m|por isso|assim|por exemplo|agora|ou seja|"
        r"isto [eé]|portanto|embora|como|pois|enquanto|já que)\b",
        15,
        45,
        "ligue as ideias: porque, então, mas, por exemplo",
    ),
    Measure("ponto e vírgula", ";", 0, 6, "escreva duas frases"),
    Measure("', e'", r", e\b", 0, 7, "escreva porque, então, mas"),
    Measure("um só", r"\b(?:um|uma|num|numa) s[oó]\b", 0, 0.5, "escreva um único"),
)

#: What is never said, and what to say instead.
NEVER_ENGLISH = {
    r"for ever": "forever",
    r"(?:lets?|letting) go of": "releases",
    r"to be had": "available",
    r"(?:is|are) to be": "has to be, will be",
    r"held against|holds? \w+ against": "compared with",
    r"dear": "expensive",
    r"afresh|anew": "again",
    r"shall": "will",
    r"in the place of": "instead of",
    r"drawn by lot": "random",
    r"is warned of": "warns",
    r"of its own accord": "by itself",
    r"under way": "in progress, in flight",
    r"on paper": "in theory",
    r"stands? still": "hangs, waits",
    r"mend(?:s|ed)?": "fix",
    r"that is to say": "so",
    r"\d+ %": "20%, without a space",
}
NEVER_PORTUGUESE = {
    r"calcula demais": "usa muita CPU",
    r"carga nenhuma": "não depende da carga",
    r"reunidas?": "disparadas com gather",
    r"obt[eê]m (?:um|mais de um) núcleo": "usa um núcleo",
    r"turnos?": "fatia de tempo",
    r"(?:solta|devolve) o GIL": "libera o GIL",
}


def stripped(text: str) -> str:
    """Return a line without its code, formulas, addresses and signs of markup."""
    text = re.sub(r"\{[\w:]+\}(?=`)", "", text)
    text = re.sub(r"(`{1,2})[^`]*\1", " x ", text)
    return re.sub(r"\$[^$]*\$|<https?:[^>]*>|\]\([^)]*\)|[*_\[\]]", " ", text)


def measured(lines: Sequence[Line], measures: Sequence[Measure]) -> dict[str, float]:
    """How often each measure occurs in 1,000 words."""
    text = " ".join(stripped(line.text) for line in lines)
    words = max(len(WORD.findall(text)), 1)
    return {
        each.name: 1000 * len(re.findall(each.pattern, text, re.I)) / words
        for each in measures
    }


def faults(
    lines: Sequence[Line], measures: Sequence[Measure], never: dict[str, str]
) -> Iterator[tuple[int, str]]:
    """Yield where a text sounds wrong, and what to do: a line's number, and words."""
    count = sum(len(WORD.findall(stripped(line.text))) for line in lines)
    if count < ENOUGH:
        return
    found = measured(lines, measures)
    for each in measures:
        least = each.least if count >= CHAPTER else 0
        if not least <= found[each.name] <= each.most:
            share = f"{found[each.name]:.1f} in 1,000 words"
            yield 1, f"{each.name}: {share}, not {least} to {each.most}: {each.advice}"
    for phrase, instead in never.items():
        pattern = re.compile(rf"\b(?:{phrase})(?!\w)", re.I)
        for line in lines:
            if said := pattern.search(stripped(line.text)):
                yield line.number, f"not {said[0]!r} but: {instead}"
