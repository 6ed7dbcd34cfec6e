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
from searchengine.backends.forms import ideas_of, split_parts
from searchengine.backends.nearness import NearnessFactors
from searchengine.backends.values import (
    YEARS,
    DateDecay,
    FieldTerm,
    Plan,
    ScoreParts,
    TermScore,
)
from searchengine.deadline import check_time

_NOT_HELD = (0, 0.0)
_YEARS = frozenset(map(str, YEARS))


class Indexed(Protocol):
    """What scoring looks at in a document."""

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and the last day that its date covers."""

    def count(self, field: str, term: str) -> int:
        """Return how often ``term``, which may be a phrase, stands in ``field``."""

    def counted(self, terms: tuple[FieldTerm, ...]) -> Sequence[int]:
        """Return how often each of ``terms`` stands in its field."""

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


class Scorer:
    """Scores documents for one plan: what is the same for all of them is computed once."""

    def __init__(self, plan: Plan, corpus: Corpus) -> None:
        self._plan = plan
        self._corpus = corpus
        self._distinct = tuple(dict.fromkeys(FieldTerm(one.field, one.term) for one in plan.score))
        place = {one: at for at, one in enumerate(self._distinct)}
        self._places = [place[FieldTerm(one.field, one.term)] for one in plan.score]
        self._rarity = [idf(corpus.documents, corpus.frequencies[one]) for one in self._distinct]
        self._weights = [
            one.weight * self._rarity[at] for one, at in zip(plan.score, self._places, strict=True)
        ]
        self._ideas = ideas_of(plan.score)
        self._alone = [at for at, one in enumerate(plan.score) if not one.idea]
        self._nearness = None if plan.nearness is None else NearnessFactors(plan.nearness)

    def score(self, one: Indexed) -> float:
        """Return a document's score without what nearness multiplies it by."""
        check_time()
        held = self._held(one)
        gains = [
            weight * held[at][1] for weight, at in zip(self._weights, self._places, strict=True)
        ]
        total = sum([gains[at] for at in self._alone])
        for forms in self._ideas:
            total += max([sum([gains[at] for at in form]) for form in forms])
        return total * self._date_factor(one)

    def parts(self, one: Indexed, matches: bool) -> ScoreParts:
        """Return every part of a document's score."""
        check_time()
        held = self._held(one)
        found = [
            TermScore(
                term.field,
                term.term,
                term.weight,
                held[at][0],
                self._rarity[at],
                weight * held[at][1],
            )
            if held[at][0]
            else None
            for term, at, weight in zip(self._plan.score, self._places, self._weights, strict=True)
        ]
        parts, outdone = split_parts(self._plan.score, found)
        factor, nearness = self._date_factor(one), self.nearness(one)
        score = sum(part.score for part in parts) * factor * nearness
        return ScoreParts(score, factor, nearness, parts, matches, outdone)

    def nearness(self, one: Indexed) -> float:
        """Return what nearness multiplies a document's score by."""
        near = self._plan.nearness
        if near is None or self._nearness is None:
            return 1.0
        return self._nearness.factor(one.syllables(near.field), one.length(TITLE_SYLLABLES))

    def _held(self, one: Indexed) -> list[tuple[int, float]]:
        """How often a document holds each term, and the share of its idf that this is worth."""
        norms: dict[str, float] = {}
        found = []
        for (field, _), frequency in zip(self._distinct, one.counted(self._distinct), strict=True):
            if not frequency:
                found.append(_NOT_HELD)
                continue
            share = 1.0
            if field in SCORED_STREAMS:
                if field not in norms:
                    length = one.length(field) / self._corpus.mean_lengths[field]
                    norms[field] = K1 * (1 - B + B * length)
                share = frequency / (frequency + norms[field])
            found.append((frequency, share))
        return found

    def _date_factor(self, one: Indexed) -> float:
        decay = self._plan.decay
        if decay is None:
            return 1.0
        if one.days:
            return date_factor(decay, one.days)
        if decay.years:
            said = [int(each) for each in one.syllables(TITLE_FOLDED) if each in _YEARS]
            if said and not any(decay.years[0] <= year <= decay.years[1] for year in said):
                return 1.0
        return self._corpus.undated_factor


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
