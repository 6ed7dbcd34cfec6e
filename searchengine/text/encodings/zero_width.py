"""Spaces of no width that stand where a space should: they would make one word of two.

Inside a syllable, beside a space and in other languages they are left for normalising to drop.
"""

from __future__ import annotations

import re

from searchengine.text.encodings.syllables import is_real
from searchengine.text.lexicon.spelling import is_bare_syllable

NAME = "spaces without width"

SIGNS = "\u200b\u200c\u200d\u2060\ufeff"
_BETWEEN = re.compile(f"([^\\W\\d_]+)[{SIGNS}]+(?=([^\\W\\d_]+))")


def mend(line: str) -> str:
    """Return ``line`` with a space between syllables that something without width divides."""
    if not any(_divides_syllables(match) for match in _BETWEEN.finditer(line)):
        return line
    return _BETWEEN.sub(_spaced, line)


def _divides_syllables(match: re.Match[str]) -> bool:
    first, second = match.groups()
    if (first + second).isascii() or is_real(first + second):
        return False
    return all(is_real(word) or is_bare_syllable(word.lower()) for word in (first, second))


def _spaced(match: re.Match[str]) -> str:
    first, second = match.groups()
    return match.group() if is_real(first + second) else f"{first} "
