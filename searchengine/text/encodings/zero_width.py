"""Spaces of no width that stand where a space should: they would make one word of two.

Inside a syllable, beside a space and in other languages they are left for normalising to drop.
"""

from __future__ import annotations

import re

from searchengine.text.encodings.syllables import is_real
from searchengine.text.lexicon.spelling import is_bare_syllable

NAME = "spaces without width"

SIGNS = "\u200b\u200c\u200d\u2060\ufeff"
_RUN = re.compile(f"[^\\W\\d_]+(?:[{SIGNS}]+[^\\W\\d_]+)+")
_SIGN = re.compile(f"[{SIGNS}]+")


def mend(line: str) -> str:
    """Return ``line`` with a space between syllables that something without width divides."""
    return _RUN.sub(_spaced, line)


def _spaced(match: re.Match[str]) -> str:
    parts = _SIGN.split(match.group())
    if all(part.isascii() for part in parts) or is_real("".join(parts)):
        return match.group()
    if all(is_real(part) or is_bare_syllable(part.lower()) for part in parts):
        return " ".join(parts)
    return match.group()
