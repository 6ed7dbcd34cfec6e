"""Highlighting: the spans of a text to mark, and the passage of it to show.

Works on the text as it was written, whichever way the query was typed: the letters shown are
never altered. Offsets count characters of the text that was passed in. Which syllables match is
:mod:`match_spans`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.deadline import check_time
from searchengine.query.display.match_spans import Matches, Pattern, find_matches
from searchengine.text.scan import Scanned, Span, scan
from searchengine.text.scanned_texts import ScannedTexts

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]

#: A snippet has about this many characters.
SNIPPET_CHARACTERS = 240

_SENTENCE_START = re.compile(r"(?:[.!?…:;]\s+|\n\s*)(?=\S)")
_SPACE = re.compile(r"\s")
_INK = re.compile(r"\S")
_SPACES = re.compile(r"\s+")
#: Between two matches this is no gap: spaces, or the sign inside 74-KH/ĐU, 26,6 and trị–xã.
_NO_GAP = re.compile(r"\s*|[-/.,–&]")
#: Each further mention of a syllable or bigram in a passage weighs this share of the first.
_REPEATED = 0.1


class Snippet(NamedTuple):
    """A passage: ``text`` with line breaks as spaces, and the spans of it that match."""

    text: str
    highlights: tuple[Span, ...] = ()


def highlight(text: str, patterns: Sequence[Pattern]) -> list[Span]:
    """Return the spans of ``text`` that match, in order, neighbouring words joined to one."""
    return joined(text, find_matches(ScannedTexts([scan(text)]), patterns).spans_in(0))


def snippets(
    pages: Sequence[Scanned], matches: Matches, weights: Mapping[str, float]
) -> list[Snippet]:
    """Return the passage of each page that says most about the query, given what ``matches``.

    ``weights`` gives the weight of each folded syllable (its idf); one that it lacks counts 1.
    Without a match the passage is the beginning of the text.
    """
    found = []
    starts = _best_starts(matches.first(len(pages)), weights)
    for number, (page, best) in enumerate(zip(pages, starts, strict=True)):
        check_time()
        text = page.text
        start = _sentence_start(text, best)
        end = _word_end(text, start + SNIPPET_CHARACTERS)
        shown = matches.spans_in(number, start, end)
        found.append(_cut(text, start, end, joined(text, shown)))
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


def _best_starts(matches: Matches, weights: Mapping[str, float]) -> list[int]:
    """Where in each text the window begins whose distinct syllables and bigrams weigh most.

    A window begins with a match. A bigram weighs as its weightier syllable; each further mention of
    a syllable or bigram a share of the first.
    """
    keys, bounds = matches.keys, np.array(matches.bounds)
    counts, total = np.diff(bounds), len(keys)
    if not total:
        return [0] * len(counts)
    # So far apart that no window reaches from one text into another.
    starts, ends = (matches.spans + np.repeat(np.arange(len(counts)) << 32, counts)[:, None]).T
    each = np.array([weights.get(word, 1.0) for word in matches.words])[keys]
    # Bigrams count as further items, each at the place of its first syllable.
    left = np.flatnonzero(starts[1:] - ends[:-1] <= 1)
    bigrams = (keys[left] + 1) * len(matches.words) + keys[left + 1]
    totals = _window_weights(
        starts,
        ends,
        np.concatenate((np.arange(total), left)),
        np.concatenate((keys, bigrams)),
        np.concatenate((each, np.maximum(each[left], each[left + 1]))),
    )
    # The first of the best windows of each text.
    filled = np.flatnonzero(counts)
    begins = bounds[filled]
    best = np.repeat(np.maximum.reduceat(totals, begins), counts[filled])
    places = np.flatnonzero(totals >= best - 1e-9)
    places = places[np.searchsorted(places, begins)]
    found = np.zeros(len(counts), np.int64)
    found[filled] = matches.spans[places, 0]
    return found.tolist()


def _window_weights(starts: Ints, ends: Ints, places: Ints, items: Ints, weights: Floats) -> Floats:
    """What the windows that begin with each match weigh: float64[matches].

    ``starts`` and ``ends``: int64[matches], ascending. Items stand at matches, ``places``, and
    weigh ``weights`` each; equal numbers in ``items`` are mentions of one, in text order.
    """
    count = len(starts)
    first = np.arange(count)
    last = np.maximum(np.searchsorted(ends, starts + SNIPPET_CHARACTERS, side="right"), first + 1)
    order = np.argsort(items, kind="stable")
    same = items[order[1:]] == items[order[:-1]]
    before = np.full(len(items), -1)
    before[order[1:][same]] = places[order[:-1][same]]
    # A mention is the first in the windows that begin behind the one before it and reach it.
    begin = np.maximum(before + 1, np.searchsorted(last, places, side="right"))
    change: NDArray[Any] = np.bincount(begin, weights, count + 1) - np.bincount(
        places + 1, weights, count + 1
    )
    sums: NDArray[Any] = np.concatenate(
        (np.zeros(1), np.cumsum(np.bincount(places, weights, count)))
    )
    found = np.zeros(count)
    found += np.cumsum(change)[:count] * (1 - _REPEATED)
    found += (sums[last] - sums[first]) * _REPEATED
    return found


def _sentence_start(text: str, start: int) -> int:
    """The beginning of the sentence that ``start`` lies in, if it is near, else of its word."""
    nearest = max(0, start - SNIPPET_CHARACTERS // 3)
    if nearest == 0:
        return 0
    begins = [match.end() for match in _SENTENCE_START.finditer(text, nearest, start + 1)]
    if begins:
        return begins[-1]
    space = text.find(" ", max(0, start - 40), start)
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
    before = "…" if _INK.search(text, 0, start) else ""
    after = "…" if _INK.search(text, end) else ""
    shift = (2 if before else 0) - skipped
    highlights = [(max(left, skipped) + shift, right + shift) for left, right in inside]
    return Snippet(" ".join(filter(None, (before, shown, after))), tuple(highlights))


def _with_plain_spaces(passage: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """``passage`` with one plain space for all white space, and where its ``spans`` are then."""
    plain = ""
    ends = []
    for start, end in pairwise([0, *chain.from_iterable(spans), len(passage)]):
        piece = _SPACES.sub(" ", passage[start:end])
        plain += piece.lstrip(" ") if plain.endswith(" ") else piece
        ends.append(len(plain))
    return plain, list(zip(ends[::2], ends[1::2], strict=False))
