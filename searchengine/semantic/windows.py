"""Where the passages of a document begin and end: as long as a model reads at once, cut where a
paragraph or a sentence ends if there is such a place in the second half."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

#: So many passages of a document are looked at; what stands behind them has no say.
MAX_PASSAGES = 16

#: The end of a paragraph, of a sentence and of a word, each with the space behind it.
_ENDS = (re.compile(r"\n"), re.compile(r"[.!?…;:][\"'”’)\]]*\s"), re.compile(r"\s"))

Span = tuple[int, int]


def passages(text: str, tokens: Sequence[Span], room: int) -> list[Span]:
    """Return the spans of the passages of ``text``, of at most ``room`` of its ``tokens`` each.

    ``tokens`` are the spans of a model's tokens. A text without any is one empty passage.
    """
    starts = [start for start, _ in tokens]
    found: list[Span] = []
    first = 0
    while first < len(tokens) and len(found) < MAX_PASSAGES:
        last = first + room
        if last < len(tokens):
            last = bisect_left(starts, _cut(text, starts[first + room // 2], starts[last]))
        last = min(max(last, first + 1), first + room, len(tokens))
        found.append(_stripped(text, starts[first], tokens[last - 1][1]))
        first = last
    return found or [(0, 0)]


def _cut(text: str, earliest: int, latest: int) -> int:
    """The last of the best places to cut ``text`` between two of its characters: a space there."""
    for pattern in _ENDS:
        ends = [match.end() - 1 for match in pattern.finditer(text, earliest, latest + 1)]
        if ends:
            return ends[-1]
    return latest


def _stripped(text: str, start: int, end: int) -> Span:
    passage = text[start:end]
    start += len(passage) - len(passage.lstrip())
    return start, max(start, start + len(passage.strip()))
