"""Highlighting: the spans of a text to mark, and the passage of it to show.

Works on the text as it was written, whichever way the query was typed: the letters shown are
never altered. Offsets count characters of the text that was passed in. Which syllables match is
:mod:`match_spans`' business, which of them are shown that of :mod:`windows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from searchengine.deadline import check_time
from searchengine.query.display.match_spans import Matches, find_matches
from searchengine.query.display.patterns import Pattern
from searchengine.query.display.windows import best_windows
from searchengine.text.scan import Scanned, Span, scan
from searchengine.text.scanned_texts import ScannedTexts

#: A snippet has about this many characters.
SNIPPET_CHARACTERS = 240

_SENTENCE_START = re.compile(r"(?:[.!?…:;]\s+|\n\s*)(?=\S)")
_SPACE = re.compile(r"\s")
_INK = re.compile(r"\S")
_SPACES = re.compile(r"\s+")
#: Between two matches this is no gap: spaces, or the sign inside 74-KH/ĐU, 26,6 and L'Oréal.
_NO_GAP = re.compile(r"\s*|[-/.,–&'’@_]")


class Snippet(NamedTuple):
    """A passage: ``text`` with line breaks as spaces, the spans of it that match, and where its
    first match, or else its beginning, stands in the whole text."""

    text: str
    highlights: tuple[Span, ...] = ()
    start: int = 0


def highlight(text: str, pattern: Pattern) -> list[Span]:
    """Return the spans of ``text`` that match, in order, neighbouring words joined to one."""
    return joined(text, find_matches(ScannedTexts([scan(text)]), pattern).spans_in(0))


def snippets(
    pages: Sequence[Scanned], matches: Matches, nearest: Sequence[Span | None]
) -> list[Snippet]:
    """Return of each page the passage that says most about the query, given what ``matches``.

    Two shorter ones where they say clearly more; the beginning of a text without a match. Of a text
    whose ``nearest`` part in meaning is known it is a passage of that.
    """
    found = []
    shown = best_windows(matches.first(len(pages)).within(nearest), SNIPPET_CHARACTERS)
    for number, (page, windows, near) in enumerate(zip(pages, shown, nearest, strict=True)):
        check_time()
        text = page.text
        start = near[0] if near else 0
        bounds = _bounds(text, windows or [(start, start)])
        parts = []
        for start, end in bounds:
            spans = joined(text, matches.spans_in(number, start, end))
            parts.append(_cut(text, start, end, spans))
        first = next(iter(matches.spans_in(number, *bounds[0])), bounds[0])
        found.append(_together(text, bounds, parts)._replace(start=first[0]))
    return found


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Return ascending ``spans`` of ``text``, those joined that have no gap between them."""
    found: list[Span] = []
    for start, end in spans:
        if found and ((gap := text[found[-1][1] : start]) == " " or _NO_GAP.fullmatch(gap)):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _bounds(text: str, windows: Sequence[Span]) -> list[Span]:
    """The parts of a text to show so that ``windows`` are seen, ascending and apart."""
    length = SNIPPET_CHARACTERS // len(windows)
    found: list[Span] = []
    for first, last in windows:
        start = _sentence_start(text, first, max(0, last - length))
        end = _word_end(text, start + length)
        if found and start <= found[-1][1]:
            start, _ = found.pop()
        found.append((start, end))
    return found


def _together(text: str, bounds: Sequence[Span], parts: Sequence[Snippet]) -> Snippet:
    """Parts of a text as one, with a sign where something is left out."""
    shown = "… " if _INK.search(text, 0, bounds[0][0]) else ""
    highlights: list[Span] = []
    for part in parts:
        if highlights or part is not parts[0]:
            shown += " … "
        highlights += [(left + len(shown), right + len(shown)) for left, right in part.highlights]
        shown += part.text
    if _INK.search(text, bounds[-1][1]):
        shown += " …"
    return Snippet(shown, tuple(highlights))


def _sentence_start(text: str, start: int, earliest: int) -> int:
    """The beginning of the sentence that ``start`` lies in, if it is near, else of a word.

    Not before ``earliest``, so that what is to be seen behind ``start`` still is.
    """
    nearest = max(earliest, start - SNIPPET_CHARACTERS // 3)
    if nearest <= 0:
        return 0
    begins = [match.end() for match in _SENTENCE_START.finditer(text, nearest, start + 1)]
    if begins:
        return begins[-1]
    space = text.find(" ", max(nearest, start - 40), start)
    return space + 1 if space >= 0 else start


def _word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = _SPACE.search(text, end)
    return space.start() if space and space.start() - end < 40 else end


def _cut(text: str, start: int, end: int, spans: Sequence[Span]) -> Snippet:
    """``text[start:end]`` as one line, with ``spans``, each of which has a part in it."""
    passage = text[start:end].rstrip().replace("\n", " ")
    stop = len(passage)
    inside = [(left - start, right - start) for left, right in spans]
    if inside:
        # The first and the last may reach over the edge.
        inside[0] = max(inside[0][0], 0), inside[0][1]
        inside[-1] = inside[-1][0], min(inside[-1][1], stop)
    shown = passage.lstrip(" ")
    if "  " in shown or not shown.isprintable():
        passage, inside = _with_plain_spaces(passage, inside)
        shown = passage.lstrip(" ")
    skipped = len(passage) - len(shown)
    highlights = [(max(left, skipped) - skipped, right - skipped) for left, right in inside]
    return Snippet(shown, tuple(highlights))


def _with_plain_spaces(passage: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """``passage`` with one plain space for all white space, and where its ``spans`` are then."""
    plain = ""
    ends = []
    for start, end in pairwise([0, *chain.from_iterable(spans), len(passage)]):
        piece = _SPACES.sub(" ", passage[start:end])
        plain += piece.lstrip(" ") if plain.endswith(" ") else piece
        ends.append(len(plain))
    return plain, list(zip(ends[::2], ends[1::2], strict=False))
