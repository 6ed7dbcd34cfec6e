"""Lines of pages into paragraphs: joined where a line broke only because it was full.

A line is full where the next one's first word had no room behind it. Columns and pages are joined
by the same test. A hyphen at the end of a line is of the break where what it parts is one syllable
or a foreign word; between syllables of their own it stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchengine.document import PAGE_BREAK
from searchengine.pages.readers.formats.pdf.reading_order import Line
from searchengine.text.lexicon.spelling import is_syllable

#: How much room a line may leave beside the next word, in heights of letters.
ROOM = 0.5
#: A line in the middle may have so much more room at one side: text need not fill its column.
MIDDLE = 1.5
#: The next line of a paragraph is at most so far down, in heights, and as high, as a share.
PITCH_MAX = 1.9
SIZE_SHARE = 0.15
#: A first line stands to the right of others by this at least, in heights.
INDENT = 0.8
#: A page of fewer lines does not show how wide its column is.
PAGE_LINES = 3
_ITEM = re.compile(
    r"[-–+•*]\s|\(?(?:[a-zđ]|[ivx]+|[IVX]+|\d{1,3})[.)]\s|\d+(?:\.\d+)+\.?\s|(?:Điều|Chương|Mục|Khoản|Phần)\s+[\dIVXLC]+"
)
_ENDS = re.compile(r"[.!?;:…][\"”’)]*$")
_BROKEN = re.compile(r"(\w+)([-\u00ad\u2010])$")
_FIRST = re.compile(r"\w+")


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return the paragraphs of all pages, in order; a form feed stands where a page begins."""
    found: list[str] = []
    before: Line | None = None
    breaks = ""
    for number, lines in enumerate(pages):
        breaks += PAGE_BREAK * (number > 0)
        for place, line in enumerate(lines):
            if place == 0 and number and len(pages[number - 1]) < PAGE_LINES:
                before = None
            if before is not None and _goes_on(before, line, new_page=place == 0):
                found[-1] = _joined(found[-1], line.text, breaks)
            else:
                found.append(breaks + line.text)
            before, breaks = line, ""
    return found


def _goes_on(before: Line, line: Line, *, new_page: bool) -> bool:
    """Whether ``line`` goes on the paragraph that ``before`` is of."""
    if before.across or line.across or _ITEM.match(line.text):
        return False
    size = max(before.size, line.size)
    if abs(before.size - line.size) > SIZE_SHARE * size:
        return False
    if new_page or before.column != line.column:
        # Of another page or column: no indent to compare with but its own edge.
        if before.apart or line.apart:
            return False
        if _ENDS.search(before.text) and not line.text[:1].islower():
            return False
        if line.left - line.column[0] > INDENT * size and not line.text[:1].islower():
            return False
    elif not 0 < before.base - line.base <= PITCH_MAX * size:
        return False
    elif before.apart or _is_in_the_middle(before) or _is_in_the_middle(line):
        shift = abs(before.left + before.right - line.left - line.right) / 2
        if line.text[0].isupper() or shift > ROOM * size:
            return False
    elif line.left - before.left > INDENT * size:
        return False
    return _BROKEN.search(before.text) is not None or _is_full(before, line)


def _is_in_the_middle(line: Line) -> bool:
    """Whether a line has about the same room on both sides, as those of headings have.

    There a capital begins another one.
    """
    left, right = line.left - line.column[0], line.column[1] - line.right
    return min(left, right) > ROOM * line.size and abs(left - right) < MIDDLE * line.size


def _is_full(before: Line, line: Line) -> bool:
    """Whether the first word of ``line`` had no room at the end of ``before``."""
    word = line.text.split(maxsplit=1)[0]
    width = (line.right - line.left) * (len(word) + 1) / max(1, len(line.text))
    return before.right + width > before.column[1] - ROOM * before.size


def _joined(text: str, following: str, breaks: str) -> str:
    """A paragraph and its next line, with ``breaks`` where pages begin between or within words."""
    broken, first = _BROKEN.search(text), _FIRST.match(following)
    if broken is None or first is None:
        return f"{text}{breaks or ' '}{following}"
    if breaks:
        # A word is not parted by the page that it goes on: the page begins behind it.
        word, _, rest = following.partition(" ")
        return f"{_joined(text, word, '')}{breaks}{rest}"
    start, end = broken[1], first[0]
    if not end[0].islower():
        return text + following
    parted = is_syllable(start + end) or not (is_syllable(start) and is_syllable(end))
    return (text[: broken.start(2)] if parted or broken[2] == "\u00ad" else text) + following
