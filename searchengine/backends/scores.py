"""What a document scores, by definition: BM25, forms of ideas, dates, nearness.

An engine that ranks some way of its own gives these scores to what it shows. Which documents
match, and how they are counted, is the engine's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from searchengine.backends.bm25 import K1, B, idf
from searchengine.backends.fields import SCORED_STREAMS, TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.backends.forms import split_parts
from searchengine.backends.nearness import nearness_factor
from searchengine.backends.values import (
    YEARS,
    DateDecay,
    FieldTerm,
    Plan,
    ScoreParts,
    ScoringTerm,
    TermScore,
)
from searchengine.deadline import check_time


class Indexed(Protocol):
    """What scoring looks at in a document."""

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and the last day that its date covers."""

    def count(self, field: str, term: str) -> int:
        """Return how often ``term``, which may be a phrase, stands in ``field``."""

    def length(self, field: str) -> int:
        """Return how many terms a field has."""

    def syllables(self, field: str) -> Sequence[str]:
        """Return the terms of a field of syllables in text order."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What scores need of all documents: how many there are, how many hold each term of the plan,
    the mean lengths of the streams, and what dates multiply a score by on average."""

    documents: int
    frequencies: Mapping[FieldTerm, int]
    mean_lengths: Mapping[str, float]
    undated_factor: float


def score_parts(plan: Plan, corpus: Corpus, one: Indexed, matches: bool) -> ScoreParts:
    """Return every part of a document's score."""
    check_time()
    parts, outdone = split_parts(plan.score, [_part(corpus, one, each) for each in plan.score])
    factor = _document_factor(plan.decay, corpus, one)
    near = plan.nearness
    nearness = 1.0
    if near:
        nearness = nearness_factor(near, one.syllables(near.field), one.length(TITLE_SYLLABLES))
    score = sum(part.score for part in parts) * factor * nearness
    return ScoreParts(score, factor, nearness, parts, matches, outdone)


def _part(corpus: Corpus, one: Indexed, term: ScoringTerm) -> TermScore | None:
    """What a term gives a document; None if the document does not hold it."""
    frequency = one.count(term.field, term.term)
    if not frequency:
        return None
    rarity = idf(corpus.documents, corpus.frequencies[FieldTerm(term.field, term.term)])
    share = 1.0
    if term.field in SCORED_STREAMS:
        length = one.length(term.field) / corpus.mean_lengths[term.field]
        share = frequency / (frequency + K1 * (1 - B + B * length))
    score = term.weight * rarity * share
    return TermScore(term.field, term.term, term.weight, frequency, rarity, score)


def _document_factor(decay: DateDecay | None, corpus: Corpus, one: Indexed) -> float:
    if decay is None:
        return 1.0
    if one.days:
        return date_factor(decay, one.days)
    if decay.years:
        said = [year for year in YEARS if one.count(TITLE_FOLDED, str(year))]
        if said and not any(decay.years[0] <= year <= decay.years[1] for year in said):
            return 1.0
    return corpus.undated_factor


def date_factor(decay: DateDecay, days: tuple[int, int]) -> float:
    """Return what ``decay`` multiplies a score by for a date that covers ``days``, first and last.

    A day that is yet to come counts as today, or as the end of the origin if that is later.
    """
    latest = max(decay.today, decay.origin[1])
    first, last = (min(day, latest) for day in days)
    distance = max(0, decay.origin[0] - last, first - decay.origin[1])
    return 1.0 + decay.weight * _curve(decay, distance)


def _curve(decay: DateDecay, distance: float) -> float:
    """Elasticsearch's decay functions: 1 to ``offset``, ``decay`` at ``scale`` beyond it."""
    beyond = max(0.0, distance - decay.offset)
    if decay.curve == "exp":
        return math.exp(math.log(decay.decay) / decay.scale * beyond)
    if decay.curve == "gauss":
        return math.exp(math.log(decay.decay) / decay.scale**2 * beyond**2)
    reach = decay.scale / (1.0 - decay.decay)
    return max(0.0, (reach - beyond) / reach)
