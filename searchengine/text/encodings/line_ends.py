"""Syllables that were broken at the end of a line: ``ng-`` and ``hị`` on the next is nghị.

The syllable goes to the first line, so a text keeps its lines. What is divided between syllables
is left: ``đại-`` and ``hội`` may be one word or two.
"""

from __future__ import annotations

import re

from searchengine.text.encodings.syllables import is_real

NAME = "syllables broken at the end of a line"

_BREAK = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{1,6})[-\u2010\u00ad][ \t]*\n[ \t]*([^\W\d_]{1,6})(?![^\W\d_])[ \t]?"
)


def mend(text: str) -> str:
    """Return ``text`` with the two parts of each broken syllable together."""
    return _BREAK.sub(_joined, text)


def _joined(match: re.Match[str]) -> str:
    first, second = match.groups()
    whole = first + second
    broken = not is_real(first) or not is_real(second)
    if whole.isascii() or not broken or not is_real(whole):
        return match.group()
    return f"{whole}\n"
