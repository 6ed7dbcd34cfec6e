"""Codes of letters and digits, joined or apart (F16, F-16; covid19; khu5b; 70m2; q1, quận 1), and
telephone numbers in any grouping, with 0 or +84.

A year is no part of a code, nor are two numbers side by side (`23/23`). A telephone number has
nine or ten digits behind its 0, that of a service begins with 1800 or 1900.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from searchengine.text.lexicon.abbreviations import expand
from searchengine.text.lexicon.forms import Expansion, Syllables
from searchengine.text.spellings.joined import may_be_syllable, split
from searchengine.text.variants import fold_syllable

#: Square and cubic metres end with a digit.
_METRES = re.compile(r"[ckm]?m[23²³]")
_CODE = re.compile(
    rf"([^\W\d_]{{1,24}})(\d{{1,3}}[^\W\d_]?)|(\d{{1,3}})([^\W\d_]{{1,3}})"
    rf"|(\d{{1,5}})({_METRES.pattern})"
)
_LETTERS = re.compile(r"[^\W\d_]{1,10}")
_NUMBER = re.compile(r"\d{1,3}[^\W\d_]?")
#: Places that are counted, and what a number is put behind for them; q and p for no large number.
_PLACES: dict[Syllables, str] = {
    ("quận",): "q",
    ("phường",): "p",
    ("khu", "phố"): "kp",
    ("tổ", "dân", "phố"): "tdp",
}
_BARE_PLACES = {tuple(map(fold_syllable, place)): short for place, short in _PLACES.items()}
_PLACE_OF = {short: place for place, short in _PLACES.items()}
_PLACE_NUMBER = re.compile(r"[1-9]\d?[^\W\d_]?")
_SERVICE = re.compile(r"1[89]00(?:\d{4}|\d{6})")
#: How many digits a telephone number has, its 0 among them, and a group of it at most.
_PHONE_DIGITS = (10, 11)
_GROUP = 8


def code_spellings(syllables: Sequence[str]) -> Iterator[Expansion]:
    """Yield the other spellings of the codes in lower-case ``syllables``."""
    for at, word in enumerate(syllables):
        if not word.isalpha() and (code := _parts(word)):
            for parts in _apart(*code):
                yield Expansion(at, at + 1, "spelling", parts)
    for at, (first, second) in enumerate(pairwise(syllables)):
        if _LETTERS.fullmatch(first) and _NUMBER.fullmatch(second):
            yield Expansion(at, at + 2, "spelling", (fold_syllable(first + second),))
            if first in _PLACE_OF and _PLACE_NUMBER.fullmatch(second):
                yield Expansion(at, at + 2, "spelling", (*_PLACE_OF[first], second))
        elif first.isdecimal() and _parts(first + second) == (first, second):
            yield Expansion(at, at + 2, "spelling", (fold_syllable(first + second),))
    yield from _shortened_places(syllables)


def _parts(word: str) -> tuple[str, str] | None:
    """The letters and the digits of a code, as they come; None if it is none."""
    match = _CODE.fullmatch(word)
    return (
        None if match is None else (match[1] or match[3] or match[5], match[match.lastindex or 0])
    )


def _apart(first: str, second: str) -> Iterator[Syllables]:
    """A code with its letters and digits apart, the letters in full where they are short."""
    yield first, second
    if first.isdecimal():
        return
    if first in _PLACE_OF and _PLACE_NUMBER.fullmatch(second):
        yield *_PLACE_OF[first], second
    elif not may_be_syllable(first):
        for parts in split(first):
            yield *parts, second
        for other in expand([first]):
            if other.kind == "expansion":
                yield *other.syllables, second


def _shortened_places(syllables: Sequence[str]) -> Iterator[Expansion]:
    query = tuple(syllables)
    for place, short in (*_PLACES.items(), *_BARE_PLACES.items()):
        for at in range(len(query) - len(place)):
            end = at + len(place)
            if query[at:end] == place and _PLACE_NUMBER.fullmatch(query[end]):
                yield Expansion(at, end + 1, "spelling", (short + query[end],))
                yield Expansion(at, end + 1, "spelling", (short, query[end]))


def phone_spellings(syllables: Sequence[str]) -> Iterator[Expansion]:
    """Yield every other grouping of the telephone numbers in ``syllables``, with 0 and with 84."""
    at = 0
    while at < len(syllables):
        end = at
        while end < len(syllables) and syllables[end].isdecimal():
            end += 1
        typed = tuple(syllables[at:end])
        for groups in _phone_groups("".join(typed)):
            if groups != typed:
                yield Expansion(at, end, "spelling", groups)
        at = max(end, at + 1)


def _phone_groups(digits: str) -> Iterator[Syllables]:
    """The ways to write the telephone number of some digits; none if they are no such number."""
    if _SERVICE.fullmatch(digits):
        yield from _groupings(digits)
    elif own := _own_digits(digits):
        yield from _groupings("0" + own)
        yield ("84" + own,)
        yield from (("84", *groups) for groups in _groupings(own))


def _own_digits(digits: str) -> str:
    """The digits of a telephone number behind its 0 or 84; none if it is no such number."""
    if digits.startswith("84"):
        digits = "0" + digits[2:]
    if len(digits) not in _PHONE_DIGITS or digits[0] != "0" or digits[1] == "0":
        return ""
    return digits[1:]


def _groupings(digits: str) -> list[Syllables]:
    """The ways to write digits in groups of two to eight, and in one."""

    def of(rest: str) -> Iterator[Syllables]:
        if len(rest) <= _GROUP:
            yield (rest,)
        for size in range(2, min(_GROUP, len(rest) - 2) + 1):
            for groups in of(rest[size:]):
                yield rest[:size], *groups

    return list(dict.fromkeys(((digits,), *of(digits))))
