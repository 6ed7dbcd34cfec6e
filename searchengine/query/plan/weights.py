"""Which terms a query looks up in which stream, and what each is worth.

How a word was typed decides: with diacritics the exact streams lead and the folded one only
helps; without them the folded streams lead and an exact match is a bonus. The weights live here
and nowhere else; how they were chosen is in ``docs/ranking.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, repeat

from searchengine.backends.embedded.index.schema import (
    NUMBERS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
)
from searchengine.query.language.tree import HasNumber, InTitle, Node, Phrase, Words, positive_nodes
from searchengine.text.analysis import (
    BIGRAMS,
    FOLDED,
    SYLLABLES,
    WORDS,
    Analysis,
    analyze,
    bigrams_of,
    typed_syllables,
)
from searchengine.text.fold import fold, has_marks
from searchengine.text.lexicon.abbreviations import expand
from searchengine.text.lexicon.function_words import importance
from searchengine.text.normalize import normalize
from searchengine.text.numbers import candidate_keys, number_key
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import with_every_tone
from searchengine.text.variants import fold_syllable

#: A query typed with diacritics.
MARKED_WEIGHTS: Mapping[str, float] = {
    WORDS: 0.5,
    SYLLABLES: 1.0,
    BIGRAMS: 1.0,
    FOLDED: 0.3,
    TITLE_SYLLABLES: 0.2,
    TITLE_BIGRAMS: 0.2,
    NUMBERS: 2.0,
}
#: A query typed on a bare keyboard.
BARE_WEIGHTS: Mapping[str, float] = {
    WORDS: 0.3,
    BIGRAMS: 1.0,
    FOLDED: 1.0,
    TITLE_FOLDED: 0.2,
    TITLE_BIGRAMS: 0.2,
    NUMBERS: 2.0,
}
#: What the other form of an abbreviation is worth beside the typed one, syllable for syllable.
ABBREVIATION_WEIGHT = 0.5
#: A prefix stands for this many words at most, the commonest ones.
PREFIX_EXPANSIONS = 64
PREFIX_WEIGHT = 0.5
#: One search asks several times what its query says; so many texts and trees are remembered.
KEPT_ANALYSES = 64


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """One look-up: ``term`` of ``stream``, its score multiplied by ``weight``."""

    stream: str
    term: str
    weight: float


def is_marked(text: str) -> bool:
    """Return whether a query was typed with diacritics (anywhere in it)."""
    return has_marks(normalize(text))


@lru_cache(maxsize=KEPT_ANALYSES)
def analyzed(text: str) -> Analysis:
    """Return the token streams of a query's text."""
    # The segmenter takes capitals for names; nDCG@10 of queries in capitals: −0.03, not −0.11.
    return analyze([text.lower() if text.isupper() else text])[0]


def syllables_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ``syllables`` and ``folded`` streams of a query's text."""
    analysis = analyzed(text)
    return tuple(analysis.syllables), tuple(analysis.folded)


def beginning_of(text: str) -> tuple[str, str]:
    """Return the last syllable of a prefix, exact and folded, with i and y as typed."""
    typed = typed_syllables(text)[-1]
    return typed, fold(typed)


def beginnings_of(text: str, *, exact: bool) -> tuple[str, ...]:
    """Return how the terms that a prefix stands for begin: with any tone if it has none."""
    typed, folded = beginning_of(text)
    return with_every_tone(typed) if exact else (folded,)


@lru_cache(maxsize=KEPT_ANALYSES)
def weighted_terms(root: Node, *, marked: bool) -> tuple[WeightedTerm, ...]:
    """Return the look-ups of a tree; a term that was typed n times weighs √n of one.

    Prefixes are not among them: what they stand for depends on the index.
    """
    weights = MARKED_WEIGHTS if marked else BARE_WEIGHTS
    found: dict[tuple[str, str], _Typed] = {}

    def add(
        stream: str, terms: Sequence[str], worths: Iterable[float] | None = None, times: float = 1.0
    ) -> None:
        if stream in weights:
            for term, worth in zip(terms, worths or repeat(1.0), strict=False):
                found.setdefault((stream, term), _Typed()).add(worth, times)

    for node in positive_nodes(root):
        if isinstance(node, InTitle):
            node = node.node
        if isinstance(node, HasNumber):
            add(NUMBERS, [number_key(node.text)])
        if isinstance(node, (Words, Phrase)):
            _add_text(node.text, add, marked=marked)
    return tuple(
        WeightedTerm(stream, term, weights[stream] * typed.weight())
        for (stream, term), typed in found.items()
    )


class _Typed:
    """How often a term was typed, and what that was worth."""

    __slots__ = ("times", "worth")

    def __init__(self) -> None:
        self.worth = self.times = 0.0

    def add(self, worth: float, times: float) -> None:
        self.worth += worth * times
        self.times += times

    def weight(self) -> float:
        return self.worth / math.sqrt(max(self.times, 1.0))


def _add_text(text: str, add: Callable[..., None], *, marked: bool) -> None:
    analysis = analyzed(text)
    worths = importance(analysis.syllables if marked else analysis.folded, folded=not marked)
    pairs = [math.sqrt(first * second) for first, second in pairwise(worths)]
    add(WORDS, analysis.words, _word_worths(analysis, worths))
    for stream in (SYLLABLES, TITLE_SYLLABLES):
        add(stream, analysis.syllables, worths)
    for stream in (FOLDED, TITLE_FOLDED):
        add(stream, analysis.folded, worths)
    for stream in (BIGRAMS, TITLE_BIGRAMS):
        add(stream, analysis.bigrams, pairs)
    as_typed = split_syllables(fold(normalize(text)).lower())
    add(NUMBERS, [key for key, _, _ in candidate_keys(as_typed)])
    for expansion in expand(analysis.syllables):
        other = list(expansion.syllables)
        folded = [fold_syllable(syllable) for syllable in other]
        weight = ABBREVIATION_WEIGHT * (expansion.end - expansion.start) / len(other)
        add(SYLLABLES, other, times=weight)
        add(FOLDED, folded, times=weight)
        add(BIGRAMS, bigrams_of(folded), times=weight)


def _word_worths(analysis: Analysis, worths: Sequence[float]) -> list[float]:
    """What each word weighs: the mean of its syllables."""
    by_syllable = dict(zip(analysis.syllables, worths, strict=True))
    found = []
    for word in analysis.words:
        parts = [by_syllable.get(part, 1.0) for part in word.split("_")]
        found.append(sum(parts) / len(parts))
    return found
