"""Which terms a query looks up in which stream, and what each is worth.

How a word was typed decides: with diacritics the exact streams lead and the folded one only
helps; without them the folded streams lead and an exact match is a bonus. The weights live here
and nowhere else; how they were chosen is in ``docs/ranking.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from searchengine.index.schema import NUMBERS, TITLE_BIGRAMS, TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.query.tree import HasNumber, InTitle, Node, Phrase, Words, positive_nodes
from searchengine.text.abbreviations import expand
from searchengine.text.analysis import (
    BIGRAMS,
    FOLDED,
    SYLLABLES,
    WORDS,
    analyze,
    analyze_syllables,
    bigrams_of,
)
from searchengine.text.fold import fold, has_marks
from searchengine.text.normalize import normalize
from searchengine.text.numbers import candidate_keys, number_key

#: A query typed with diacritics.
MARKED_WEIGHTS: Mapping[str, float] = {
    WORDS: 1.0,
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
def syllables_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ``syllables`` and ``folded`` streams of a query's text."""
    syllables, folded = analyze_syllables(text)
    return tuple(syllables), tuple(folded)


@lru_cache(maxsize=KEPT_ANALYSES)
def weighted_terms(root: Node, *, marked: bool) -> tuple[WeightedTerm, ...]:
    """Return the look-ups of a tree; a term that was typed n times weighs √n of one.

    Prefixes are not among them: what they stand for depends on the index.
    """
    weights = MARKED_WEIGHTS if marked else BARE_WEIGHTS
    found: dict[tuple[str, str], float] = {}

    def add(stream: str, terms: list[str], times: float = 1.0) -> None:
        for term in terms if stream in weights else ():
            found[stream, term] = found.get((stream, term), 0.0) + times

    for node in positive_nodes(root):
        if isinstance(node, InTitle):
            node = node.node
        if isinstance(node, HasNumber):
            add(NUMBERS, [number_key(node.text)])
        if isinstance(node, (Words, Phrase)):
            _add_text(node.text, add)
    return tuple(
        WeightedTerm(stream, term, weights[stream] * (math.sqrt(times) if times > 1 else times))
        for (stream, term), times in found.items()
    )


def _add_text(text: str, add: Callable[..., None]) -> None:
    analysis = analyze([text])[0]
    add(WORDS, analysis.words)
    add(SYLLABLES, analysis.syllables)
    add(FOLDED, analysis.folded)
    add(BIGRAMS, analysis.bigrams)
    add(TITLE_SYLLABLES, analysis.syllables)
    add(TITLE_FOLDED, analysis.folded)
    add(TITLE_BIGRAMS, analysis.bigrams)
    add(NUMBERS, [key for key, _, _ in candidate_keys(analysis.folded)])
    for expansion in expand(analysis.syllables):
        other = list(expansion.syllables)
        folded = [fold(syllable) for syllable in other]
        weight = ABBREVIATION_WEIGHT * (expansion.end - expansion.start) / len(other)
        add(SYLLABLES, other, weight)
        add(FOLDED, folded, weight)
        add(BIGRAMS, bigrams_of(folded), weight)
