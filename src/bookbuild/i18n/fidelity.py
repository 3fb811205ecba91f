"""Compare a translation with its sentence, as far as a program can.

Both must have the same code, formulas, references and their targets, addresses, and
numbers, which each language writes in its own way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from babel import Locale

ROLE = re.compile(r"\{([\w:+-]+)\}(`+)(.+?)\2")
TITLED = re.compile(r".*<([^<>]+)>$")  # a role's words, and its target
CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
FORMULA = re.compile(r"(?<![\\$])\$(?!\s)([^$]+?)(?<!\s)\$")
ADDRESS = re.compile(r"https?://[^\s<>)\]]+(?<![.,;:])")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")
VERSION = re.compile(r"3\.(?:[89]|1\d)(?:\.\d+)?")  # of Python; 3.5 is a number
NAMED = re.compile(
    r"(?:Python|[Vv]ersion|[Ss]ection|[Ss]ince|BY|WCAG) (\d+(?:\.\d+)+)"
)  # names, rather than numbers


def differences(message: str, translation: str, language: str) -> list[str]:
    """List what a translation changed and shouldn't have, a few words each."""
    found = []
    parts = zip(_parts(message), _parts(translation), strict=True)
    for (kind, wanted), (_kind, given) in parts:
        lost, added = Counter(wanted) - Counter(given), Counter(given) - Counter(wanted)
        found += [f"{kind} {part} is missing" for part in lost.elements()]
        found += [f"{kind} {part} is not in the English" for part in added.elements()]
    found += _numbers(plain(message), plain(translation), language)
    if message.strip() == message and translation.strip() != translation:
        found.append("it begins or ends with a space")
    return found


def plain(message: str) -> str:
    """Return a message without code, roles, formulas and addresses."""
    for pattern in (ROLE, CODE, FORMULA, ADDRESS, LINK):
        message = pattern.sub(" … ", message)
    return message


def _parts(message: str) -> Iterator[tuple[str, list[str]]]:
    roles = [(name, TITLED.sub(r"\1", text)) for name, _, text in ROLE.findall(message)]
    yield "the role", [f"{{{name}}}`{target}`" for name, target in roles]
    rest = ROLE.sub(" ", message)
    yield "the code", [f"`{code[2]}`" for code in CODE.finditer(rest)]
    rest = CODE.sub(" ", rest)
    yield "the formula", FORMULA.findall(rest)
    yield "the address", ADDRESS.findall(rest) + LINK.findall(rest)


def _numbers(message: str, translation: str, language: str) -> Iterator[str]:
    """List numbers that differ, or are written as in English: 0.1, 20,000."""
    symbols = Locale.parse(language).number_symbols["latn"]
    decimal, group = str(symbols["decimal"]), str(symbols["group"])
    wanted = Counter(number.replace(",", "") for number in NUMBER.findall(message))
    names = set(NAMED.findall(message))  # which keep their points
    if group not in ".,":
        between = rf"(?<=\d)[\s{re.escape(group)}](?=\d{{3}}\b)"
        translation = re.sub(between, "", translation)
    for number in NUMBER.findall(translation):
        is_name = number in names or VERSION.fullmatch(number)
        english = number.replace(group, "").replace(decimal, ".")
        if wanted[meant := number if is_name else english]:
            wanted[meant] -= 1
        elif wanted[number]:
            wanted[number] -= 1
            yield f"the number {number} has an English point"
        else:
            yield f"the number {number} is not in the English"
    yield from (f"the number {number} is missing" for number in wanted.elements())
