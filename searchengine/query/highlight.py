"""Highlighting: where a query's words stand in the original text, and the passage to show.

Works on the text as it was written, whichever way the query was typed: the letters shown are
never altered. Offsets count characters of the text that was passed in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchengine.query.tree import InTitle, Node, Phrase, Prefix, Words, positive_nodes
from searchengine.text.abbreviations import expand
from searchengine.text.analysis import analyze_syllables
from searchengine.text.fold import fold
from searchengine.text.normalize import normalize_with_offsets
from searchengine.text.syllables import Token, syllables
from searchengine.text.tone import canonical_tones

#: A snippet has about this many characters.
SNIPPET_CHARACTERS = 240
#: Only the beginning of a very long text is searched for a passage.
MAX_CHARACTERS = 200_000

Span = tuple[int, int]

_SENTENCE_START = re.compile(r"(?:[.!?…:;]\s+|\n\s*)(?=\S)")
_SPACE = re.compile(r"\s+")
#: Between two matches this is no gap: spaces, or the sign inside 74-KH/ĐU, 26,6 and trị–xã.
_NO_GAP = re.compile(r"\s*|[-/.,–&]")
#: Each further mention of a syllable or pair in a passage is worth this share of the first.
_REPEATED = 0.1


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage: ``text`` with line breaks as spaces, and the spans of it that match."""

    text: str
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to mark: single syllables, runs of syllables, beginnings; exact or folded ones."""

    exact: bool
    singles: frozenset[str]
    runs: tuple[tuple[str, ...], ...]
    prefixes: tuple[str, ...]


def patterns_of(root: Node, *, marked: bool) -> tuple[Pattern, ...]:
    """Return what to mark for a query, the strictest pattern first.

    A query typed with diacritics marks exactly those letters where a text has them, and the same
    letters without diacritics where it has not.
    """
    orders = (True, False) if marked else (False,)
    return tuple(_pattern(root, exact) for exact in orders)


def highlight(text: str, patterns: Sequence[Pattern]) -> list[Span]:
    """Return the spans of ``text`` that match, in order, neighbouring words joined to one."""
    tokens, offsets = _tokens(text)
    return _joined(text, _original(_matches(tokens, patterns), offsets))


def snippet(text: str, patterns: Sequence[Pattern], weights: Mapping[str, float]) -> Snippet:
    """Return the passage of ``text`` that says most about the query.

    ``weights`` gives the worth of each folded syllable (its idf); one that it lacks counts 1.
    Without a match the passage is the beginning of the text.
    """
    text = text[:MAX_CHARACTERS]
    tokens, offsets = _tokens(text)
    matches = _matches(tokens, patterns)
    spans = _original(matches, offsets)
    start = _best_start([fold(token.text) for token in matches], spans, weights)
    start = _sentence_start(text, start)
    end = _word_end(text, start + SNIPPET_CHARACTERS)
    return _cut(text, start, end, _joined(text, spans))


def _pattern(root: Node, exact: bool) -> Pattern:
    singles: set[str] = set()
    runs: list[tuple[str, ...]] = []
    prefixes: list[str] = []
    for node in positive_nodes(root):
        if isinstance(node, InTitle):
            node = node.node
        if not isinstance(node, (Words, Phrase, Prefix)):
            continue
        marked, folded = analyze_syllables(node.text)
        chosen = marked if exact else folded
        if isinstance(node, Prefix):
            prefixes.append(chosen[-1])
        elif isinstance(node, Phrase):
            runs.append(tuple(chosen))
        else:
            singles.update(chosen)
            for expansion in expand(marked):
                parts = expansion.syllables if exact else map(fold, expansion.syllables)
                runs.append(tuple(parts))
    return Pattern(exact, frozenset(singles), tuple(runs), tuple(prefixes))


def _tokens(text: str) -> tuple[list[Token], list[int]]:
    """Lower-case canonical syllables of a text, and the map from them to its characters."""
    normal, offsets = normalize_with_offsets(text)
    found = syllables(canonical_tones(normal))
    return [Token(token.text.lower(), token.start, token.end) for token in found], offsets


def _matches(tokens: list[Token], patterns: Sequence[Pattern]) -> list[Token]:
    for pattern in patterns:
        found = _pattern_matches(tokens, pattern)
        if found:
            return found
    return []


def _pattern_matches(tokens: list[Token], pattern: Pattern) -> list[Token]:
    keys = [token.text if pattern.exact else fold(token.text) for token in tokens]
    hit = [key in pattern.singles for key in keys]
    if pattern.prefixes:
        hit = [was or key.startswith(pattern.prefixes) for was, key in zip(hit, keys, strict=True)]
    for run in pattern.runs:
        length = len(run)
        for at, key in enumerate(keys):
            if key == run[0] and tuple(keys[at : at + length]) == run:
                hit[at : at + length] = [True] * length
    return [token for token, matched in zip(tokens, hit, strict=True) if matched]


def _original(tokens: Sequence[Token], offsets: Sequence[int]) -> list[Span]:
    return [(offsets[token.start], offsets[token.end]) for token in tokens]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and _NO_GAP.fullmatch(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _best_start(keys: Sequence[str], spans: Sequence[Span], weights: Mapping[str, float]) -> int:
    """Where the window begins that holds the most worth of distinct syllables and pairs."""
    window = _Window(weights)
    best, best_worth = 0, 0.0
    last = 0
    items = [_items(keys, spans, at) for at in range(len(keys))]
    for first, (start, _) in enumerate(spans):
        while last < len(spans) and spans[last][1] <= start + SNIPPET_CHARACTERS:
            window.add(items[last], 1)
            last += 1
        if window.worth > best_worth + 1e-9:
            best, best_worth = start, window.worth
        window.add(items[first], -1)
    return best


def _items(keys: Sequence[str], spans: Sequence[Span], at: int) -> list[tuple[str, ...]]:
    """What one matched syllable brings: itself, and the pair with a neighbour that follows it."""
    if at + 1 < len(spans) and spans[at + 1][0] - spans[at][1] <= 1:
        return [(keys[at],), (keys[at], keys[at + 1])]
    return [(keys[at],)]


class _Window:
    """The syllables and pairs inside a moving window, and what they are worth together."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._counts: dict[tuple[str, ...], int] = {}
        self.worth = 0.0

    def add(self, items: list[tuple[str, ...]], change: int) -> None:
        """Take items in (``change`` 1) or out (−1)."""
        for item in items:
            before = self._counts.get(item, 0)
            after = self._counts[item] = before + change
            share = _REPEATED if min(before, after) else 1.0
            self.worth += change * share * max(self._weights.get(key, 1.0) for key in item)


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
    pieces: list[str] = []
    highlights: list[Span] = []
    length = 0

    def put(piece: str) -> None:
        nonlocal length
        piece = _SPACE.sub(" ", piece)
        if not length or pieces[-1].endswith(" "):
            piece = piece.lstrip(" ")
        if piece:
            pieces.append(piece)
            length += len(piece)

    if text[:start].strip():
        put("… ")
    at = start
    for left, right in spans:
        if right <= start or left >= end:
            continue
        left, right = max(left, start), min(right, end)
        put(text[at:left])
        before = length
        put(text[left:right])
        highlights.append((before, length))
        at = right
    put(text[at:end].rstrip())
    if text[end:].strip():
        put(" …")
    return Snippet("".join(pieces).rstrip(), tuple(highlights))
