"""Shapes of Vietnamese writing that several rules share: letters, names, lines, sentences.

Only patterns and tiny helpers over text; which line is what is decided by the rules.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from searchengine.text.folding import VIETNAMESE_LETTERS

#: The letters of Vietnamese, for use inside a character class.
UPPER = "A-Z" + "".join(letter for letter in VIETNAMESE_LETTERS if letter.isupper())
LOWER = "a-z" + "".join(letter for letter in VIETNAMESE_LETTERS if letter.islower())
#: A capitalised syllable (Hồng), and one written in capitals (HỒNG).
CAPITALISED = rf"[{UPPER}][{LOWER}]*"
ALL_CAPITALS = rf"[{UPPER}]+"

#: Sentences end at a mark followed by a capital, and at every line break; dots that only trail off
#: (``bác sĩ... AIDS``) end none.
_SENTENCE_BREAK = re.compile(rf"(?P<mark>[.!?])(?<!\.\.)[\"”’)]?\s+(?=[\"“‘(]?[{UPPER}])|\n+")
#: Nor does the dot of an abbreviation before a name: TP. HCM, GS. Bách, Q. Tân Bình, A. B.
_ABBREVIATION = re.compile(
    rf"(?<![\w.])(?:TP|Tp|TX|Tx|TT|GS|PGS|TS|ThS|BS|KS|LS|ĐH|Mr|Mrs|Dr|St|[{UPPER}](?:\.[{UPPER}])*)$"
)
_LONGEST_ABBREVIATION = 8
_LINE = re.compile(r"\S(?:[^\n]*\S)?")


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line: ``text`` is stripped, ``start`` and ``end`` bound it in the whole."""

    text: str
    start: int
    end: int


def lines_of(text: str) -> list[Line]:
    """Return the non-blank lines of ``text`` with their offsets."""
    return [Line(match.group(), match.start(), match.end()) for match in _LINE.finditer(text)]


def first_lines(text: str, count: int) -> list[Line]:
    """Return the first ``count`` of those lines, without looking further."""
    return [
        Line(match.group(), match.start(), match.end())
        for match in itertools.islice(_LINE.finditer(text), count)
    ]


def sentence_starts(text: str, marks: str = ".!?") -> list[int]:
    """Return where each sentence of ``text`` begins, the first at 0.

    Only ``marks`` and line breaks end one.
    """
    starts = [0]
    for match in _SENTENCE_BREAK.finditer(text):
        mark = match["mark"]
        if mark is not None:
            before = text[max(0, match.start() - _LONGEST_ABBREVIATION) : match.start()]
            if mark not in marks or (mark == "." and _ABBREVIATION.search(before)):
                continue
        starts.append(match.end())
    return starts


def squeeze(text: str) -> str:
    """Return ``text`` with every run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def is_shouted(text: str) -> bool:
    """Return whether ``text`` is written in capitals throughout."""
    return text.upper() == text and text.lower() != text
