"""Syllables: the runs of letters and digits of a text, with their offsets.

Vietnamese writes a space between syllables, so these are the smallest words. One-letter
syllables (ở, ý, 2) count, and so do the signs of C++, C# and .NET. Nothing is lower-cased or
folded here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

#: Letters right behind the last group of a figure (20.000đ) are a syllable of their own, as they
#: are for the segmenter.
_SYLLABLE = re.compile(
    r"(?<=\d[.,_])\d+"
    r"|[^\W_]+(?:(?<=[CcFf])(?<![^\W_].)(?:(?<=[Cc])\+\+|#)(?![\w+#]))?"
    r"|(?<![\w.])\.[Nn][Ee][Tt](?!\w)"
)


class Token(NamedTuple):
    """A piece of a text: ``text == source[start:end]``."""

    text: str
    start: int
    end: int


def syllables(text: str) -> list[Token]:
    """Return the syllables of normalised ``text`` in order, with offsets into it."""
    return [Token(m.group(), m.start(), m.end()) for m in _SYLLABLE.finditer(text)]


def split_syllables(text: str) -> list[str]:
    """Return the syllables of normalised ``text`` without their offsets."""
    return _SYLLABLE.findall(text)
