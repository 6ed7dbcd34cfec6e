"""Breaks where none should be seen, or where one should: at the ends of lines, and without width.

A syllable broken at the end of a line (``ng-``, and ``hị`` on the next) goes whole to the first, so
a text keeps its lines. A space without width between two syllables becomes a space, or they would
be one word. Both only where the whole is a syllable, or the parts are: ``đại-`` and ``hội`` stay as
they are, and so does what stands within a syllable, beside a space, or in other languages.
"""

from __future__ import annotations

import re

from searchengine.text.encodings.syllables import is_real
from searchengine.text.lexicon.spelling import is_bare_syllable

LINE_ENDS = "syllables broken at the end of a line"
NO_WIDTH = "spaces without width"

#: What has no width.
SIGNS = "\u200b\u200c\u200d\u2060\ufeff"
_BETWEEN = re.compile(f"([^\\W\\d_]+)[{SIGNS}]+(?=([^\\W\\d_]+))")
_LINE_END = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{1,6})[-\u2010\u00ad][ \t]*\n"
    r"[ \t]*([^\W\d_]{1,6})(?![^\W\d_])[ \t]?"
)


def mend_line_ends(text: str) -> str:
    """Return ``text`` with the two parts of each broken syllable together."""
    return _LINE_END.sub(_joined, text)


def mend_no_width(line: str) -> str:
    """Return ``line`` with a space between syllables that something without width divides."""
    if not any(_divides_syllables(match) for match in _BETWEEN.finditer(line)):
        return line
    return _BETWEEN.sub(_spaced, line)


def _joined(match: re.Match[str]) -> str:
    first, second = match.groups()
    whole = first + second
    broken = not is_real(first) or not is_real(second)
    if whole.isascii() or not broken or not is_real(whole):
        return match.group()
    return f"{whole}\n"


def _divides_syllables(match: re.Match[str]) -> bool:
    first, second = match.groups()
    if (first + second).isascii() or is_real(first + second):
        return False
    return all(is_real(word) or is_bare_syllable(word.lower()) for word in (first, second))


def _spaced(match: re.Match[str]) -> str:
    first, second = match.groups()
    return match.group() if is_real(first + second) else f"{first} "
