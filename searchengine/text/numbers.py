"""Document numbers: 74-KH/ĐU, 01-KL/TW, 30/2020/NĐ-CP, 123/QĐ-UBND.

A number is found in a document by its written form and named by a key in which separators,
case, diacritics and leading zeros no longer matter, so that every way of typing it meets the
same key. Dates are another package (``dates``): a number needs a code of letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchengine.text.folding import fold
from searchengine.text.syllables import split_syllables

#: A key has at most this many parts: number, year and a code of up to five groups.
MAX_PARTS = 7

_CODE = r"[A-ZĐƯ][A-ZĐƯa-zđ&]{0,9}\d{0,2}"
_NUMBER = re.compile(
    # The look-behind stands after the first digit, because most places have no digit at all.
    r"\d(?<![\w/.,\-–]\d)\d{0,4}[A-Za-z]?"
    r"(?:\s?[/-]\s?(?:19|20)\d{2})?"
    rf"(?:\s?[/–-]\s?{_CODE}){{1,5}}"
    r"(?![\w])"
)
#: A code holds two capitals in a row (TTg, QH14, KH/ĐU); `5-Tam` is an address, not a number.
_TWO_CAPITALS = re.compile("[A-ZĐƯ]{2}")


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A document number in a text: ``text`` is the source's ``[start:end]``."""

    key: str
    text: str
    start: int
    end: int


def find_numbers(text: str) -> list[NumberMention]:
    """Return the document numbers of normalised ``text`` in order, with offsets into it."""
    return [
        NumberMention(number_key(match.group()), match.group(), match.start(), match.end())
        for match in _NUMBER.finditer(text)
        if _TWO_CAPITALS.search(match.group())
    ]


def number_key(written: str) -> str:
    """Return the key of one written number: ``"01-KL/TW"`` and ``"1 kl tw"`` give ``"1-kl-tw"``."""
    return key_of_parts(split_syllables(fold(written).lower()))


def key_of_parts(parts: Sequence[str]) -> str:
    """Return the key of folded lower-case syllables that begin with the number itself."""
    return "-".join([parts[0].lstrip("0") or "0", *parts[1:]]) if parts else ""


def candidate_keys(parts: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return every key that a run of folded lower-case syllables could be, with its span.

    A query is typed in any way (`74 kh du`), so each run of two to :data:`MAX_PARTS` syllables
    that begins with a digit and holds letters is a candidate; whether it is a number is for the
    index to say. Longest first at each position; spans are half open syllable positions.
    """
    found = []
    for start, first in enumerate(parts):
        if not first[0].isdigit():
            continue
        for end in range(min(len(parts), start + MAX_PARTS), start + 1, -1):
            if any(not part[0].isdigit() for part in parts[start + 1 : end]):
                found.append((key_of_parts(parts[start:end]), start, end))
    return found
