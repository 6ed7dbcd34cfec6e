"""Highlighting: the spans of a text to mark, and the passage of it to show.

Works on the text as it was written, whichever way the query was typed: the letters shown are
never altered. Offsets count characters of the text that was passed in. Which syllables match is
:mod:`marks`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from searchengine.query.marks import Matches, Pattern, find_matches, patterns_of
from searchengine.query.scan import Span

__all__ = ["SNIPPET_CHARACTERS", "Snippet", "Span", "highlight", "patterns_of", "snippet"]

#: A snippet has about this many characters.
SNIPPET_CHARACTERS = 240
#: Only the beginning of a very long text is searched for a passage.
MAX_CHARACTERS = 200_000

_SENTENCE_START = re.compile(r"(?:[.!?…:;]\s+|\n\s*)(?=\S)")
_SPACE = re.compile(r"\s")
_INK = re.compile(r"\S")
_SPACES = re.compile(r"\s+")
#: Between two matches this is no gap: spaces, or the sign inside 74-KH/ĐU, 26,6 and trị–xã.
_NO_GAP = re.compile(r"\s*|[-/.,–&]")
#: Each further mention of a syllable or pair in a passage is worth this share of the first.
_REPEATED = 0.1


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage: ``text`` with line breaks as spaces, and the spans of it that match."""

    text: str
    highlights: tuple[Span, ...] = ()


def highlight(text: str, patterns: Sequence[Pattern]) -> list[Span]:
    """Return the spans of ``text`` that match, in order, neighbouring words joined to one."""
    return _joined(text, find_matches(text, patterns).spans)


def snippet(text: str, patterns: Sequence[Pattern], weights: Mapping[str, float]) -> Snippet:
    """Return the passage of ``text`` that says most about the query.

    ``weights`` gives the worth of each folded syllable (its idf); one that it lacks counts 1.
    Without a match the passage is the beginning of the text.
    """
    text = text[:MAX_CHARACTERS]
    matches = find_matches(text, patterns)
    start = _sentence_start(text, _best_start(matches, weights))
    end = _word_end(text, start + SNIPPET_CHARACTERS)
    shown = [span for span in matches.spans if span[1] > start and span[0] < end]
    return _cut(text, start, end, _joined(text, shown))


def _joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Ascending ``spans`` of ``text``, those joined that have no gap between them."""
    found: list[Span] = []
    for start, end in spans:
        if found and ((gap := text[found[-1][1] : start]) == " " or _NO_GAP.fullmatch(gap)):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _best_start(matches: Matches, weights: Mapping[str, float]) -> int:
    """Where the window begins that holds the most worth of distinct syllables and pairs."""
    spans = matches.spans
    items, worths = _items(matches, weights)
    repeats = [worth * _REPEATED for worth in worths]
    counts = [0] * len(worths)
    worth, best, best_worth = 0.0, 0, 0.0
    last = 0
    for first, (start, _) in enumerate(spans):
        reach = start + SNIPPET_CHARACTERS
        while last < len(spans) and (last == first or spans[last][1] <= reach):
            for item in items[last]:
                worth += repeats[item] if counts[item] else worths[item]
                counts[item] += 1
            last += 1
        if worth > best_worth + 1e-9:
            best, best_worth = start, worth
        if last == len(spans):
            break  # Whatever begins later holds no more than this.
        for item in items[first]:
            counts[item] -= 1
            worth -= repeats[item] if counts[item] else worths[item]
    return best


def _items(
    matches: Matches, weights: Mapping[str, float]
) -> tuple[list[tuple[int, ...]], list[float]]:
    """What each syllable brings, numbered, and what each number is worth.

    A syllable brings itself, and the pair with a neighbour that follows it.
    """
    keys, spans = matches.keys, matches.spans
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    worths = [weights.get(key, 1.0) for key in numbers]
    singles = [numbers[key] for key in keys]
    pairs: dict[tuple[int, int], int] = {}
    items: list[tuple[int, ...]] = []
    for at, pair in enumerate(pairwise(singles)):
        if spans[at + 1][0] - spans[at][1] > 1:
            items.append(pair[:1])
            continue
        number = pairs.get(pair)
        if number is None:
            number = pairs[pair] = len(worths)
            worths.append(max(worths[pair[0]], worths[pair[1]]))
        items.append((pair[0], number))
    items.extend((single,) for single in singles[-1:])
    return items, worths


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
    inside = [(max(left - start, 0), min(right - start, stop)) for left, right in spans]
    shown = passage.lstrip(" ")
    if shown != " ".join(shown.split()):
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
