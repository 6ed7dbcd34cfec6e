"""The order of the documents that match: full matches first, by score, by date or by a field.

Which documents match is ``match``'s and ``coverage``'s business, scores are ``scoring``'s; what
folds is decided by whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.coverage import Covered
from searchengine.backends.embedded.facets import FacetCounter
from searchengine.backends.embedded.index.schema import NO_DAY
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.match import Mask
from searchengine.backends.embedded.nearness import nearness_factors
from searchengine.backends.embedded.scoring import exact_scoring
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.scoring.selection import Top
from searchengine.backends.embedded.scoring.term_cache import KeptTerm
from searchengine.backends.embedded.semantic import reordered
from searchengine.backends.fields import NAME_FOLDED, SCORED_STREAMS
from searchengine.backends.values import DATE, SCORE, Plan, ScoringTerm, Sort
from searchengine.backends.vectors.fusion import Meaning
from searchengine.text.derived_streams import DERIVED
from searchengine.text.streams import FOLDED, WORDS
from searchengine.text.variants import fold_syllable

Docs = NDArray[np.int64]
Scores = NDArray[np.float64]
#: What documents are ordered by: days or floats.
Keys = NDArray[np.int32] | NDArray[np.float64]

#: Of so many matching documents each is scored by itself; of more, only the best are looked for.
FEW_MATCHES = 512
#: So many documents that match are looked at, to tell which can be among the first by date.
SAMPLED_KEYS = 4_096
#: Terms whose syllables are remembered.
KEPT_TERMS = 8192
#: What documents without a date are ordered by.
_LAST = np.int32(2**31 - 1)
_NO_MASK: Mask = np.empty(0, np.bool_)
_NO_DOCS: Docs = np.empty(0, np.int64)
_NO_SCORES: Scores = np.empty(0)


@dataclass(frozen=True, slots=True)
class Factors:
    """What dates multiply scores by: ``exact`` float64[size], ``narrow`` the same in float32."""

    exact: Scores
    narrow: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """How many bytes they take."""
        return self.exact.nbytes + self.narrow.nbytes


@dataclass(frozen=True, slots=True)
class Question:
    """A plan made ready: its terms and what is kept of each, which documents match (None: those
    with a score), and which have enough of its ideas (None: all)."""

    plan: Plan
    query: Sequence[ScoringTerm]
    terms: Sequence[KeptTerm]
    mask: Mask | None
    factors: Factors | None
    covered: Covered | None

    @property
    def boost(self) -> NDArray[np.float32] | None:
        """What dates multiply scores by, if they do."""
        return self.factors.narrow if self.factors else None


@dataclass(frozen=True, slots=True)
class Ordered:
    """The best documents and what nearness multiplied the scores of some by, how many match in
    full, which (empty where nobody needs it), how many in part, and what meaning adds to some."""

    docs: Docs
    total: int
    matched: Mask
    partial: int = 0
    nearness: Mapping[int, float] = field(default_factory=dict)
    meanings: Mapping[int, Meaning] = field(default_factory=dict)


class Ranker:
    """Orders what matches in one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot, scorer: Scorer, facets: FacetCounter) -> None:
        """Order documents of ``snapshot`` by what ``scorer`` and ``facets`` know of it."""
        self._snapshot = snapshot
        self._scorer = scorer
        self._facets = facets

    def order(self, question: Question, depth: int) -> Ordered:
        """Return the ``depth`` best documents, one at least; full matches come first."""
        stage = question.plan.semantic
        if stage is None or not _by_score(question.plan):
            return self._by_words(question, depth)
        # The same ones are reordered however many are wanted.
        order = self._by_words(question, max(depth, stage.depth))
        docs = order.docs[: stage.depth]
        scores = self.scores(question, docs)
        scores *= [order.nearness.get(number, 1.0) for number in docs.tolist()]
        first, meanings = reordered(self._snapshot, stage, docs, scores, order.total)
        docs = np.concatenate([first, order.docs[stage.depth :]])[: max(depth, 1)]
        return replace(order, docs=docs, meanings=meanings)

    def _by_words(self, question: Question, depth: int) -> Ordered:
        plan, mask = question.plan, question.mask
        depth = max(depth, 1)
        simple = not (plan.coverage or plan.nearness or plan.facets)
        if simple and mask is None and _by_score(plan):
            top = self._scorer.top(
                question.query, depth, boost=question.boost, terms=question.terms, count=True
            )
            return Ordered(top.docs, top.total or 0, _NO_MASK)
        matched = self.scored(plan) if mask is None else mask
        best = self._overall(question, depth if plan.semantic else 0)
        full = self._full(question, matched, best)
        total = int(np.count_nonzero(full))
        nearness: dict[int, float] = {}
        docs = self._best(question, full, total, depth, nearness, best)
        partial = int(np.count_nonzero(matched)) - total if question.covered else 0
        if len(docs) < depth and partial:
            others = matched & ~full
            rest = self._best(question, others, partial, depth - len(docs), nearness, best)
            docs = np.concatenate([docs, rest])
        return Ordered(docs, total, full, partial, nearness)

    def full(self, question: Question, matched: Mask) -> Mask:
        """Return which of the documents that match, bool[size], do so in full."""
        return self._full(question, matched, self._overall(question))

    def _overall(self, question: Question, depth: int = 0) -> Top | None:
        """The best of all documents that match, where some of those match in full whatever they
        have: these, or the first ``depth`` if that is more."""
        coverage = question.plan.coverage
        if coverage is None or not coverage.best:
            return None
        return self._scorer.top(
            question.query,
            max(coverage.best, depth),
            question.mask,
            question.boost,
            terms=question.terms,
        )

    def _full(self, question: Question, matched: Mask, overall: Top | None) -> Mask:
        if question.covered is None:
            return matched
        full = matched & question.covered.mask
        coverage = question.plan.coverage
        if overall is not None and coverage is not None:
            full[overall.docs[: coverage.best]] = True
        return full

    def scored(self, plan: Plan) -> Mask:
        """Return which documents hold any scoring term: bool[size]."""
        held = self._scorer.holding(_telling(plan))
        # Where another script was folded otherwise when it was indexed, every term is asked.
        return held if held.any() else self._scorer.holding(_every(plan))

    def scores(self, question: Question, docs: Docs) -> Scores:
        """Return the scores of a few ``docs`` with what dates multiply them by: float64[n]."""
        scores = exact_scoring.exact_scores(self._snapshot, question.query, question.terms, docs)
        if question.factors:
            scores *= question.factors.exact[docs]
        return scores

    def nearness(self, question: Question, number: int) -> float:
        """Return what nearness multiplies the score of a document by."""
        near = question.plan.nearness
        if near is None:
            return 1.0
        return float(nearness_factors(self._snapshot, near, np.array([number], np.int64))[0])

    def _best(
        self,
        question: Question,
        matched: Mask,
        count: int,
        depth: int,
        nearness: dict[int, float],
        overall: Top | None = None,
    ) -> Docs:
        """The first ``depth`` of the ``count`` documents of ``matched``; what nearness multiplied
        the scores of some by goes to ``nearness``. ``overall``: the best whether or not of them."""
        plan = question.plan
        if not _by_score(plan):
            return self._by_field(question, matched, depth)
        close = plan.nearness.depth if plan.nearness else 0
        docs, scores = _NO_DOCS, _NO_SCORES
        if overall is not None:
            own = np.flatnonzero(matched[overall.docs])
            docs, scores = overall.docs[own], overall.scores[own]
        # The same ones are reordered however many are wanted.
        if len(docs) < min(max(depth, close), count):
            docs, scores = self._by_score(question, matched, count, max(depth, close))
        if plan.nearness is None or not close:
            return docs[:depth]
        factors = nearness_factors(self._snapshot, plan.nearness, docs[:close])
        nearness.update(zip(docs[:close].tolist(), factors.tolist(), strict=True))
        order = np.argsort(-scores[:close] * factors, kind="stable")
        return np.concatenate([docs[order], docs[close:]])[:depth]

    def _by_score(
        self, question: Question, matched: Mask, count: int, depth: int
    ) -> tuple[Docs, Scores]:
        if question.covered and count <= FEW_MATCHES:
            docs = np.flatnonzero(matched)
            scores = self.scores(question, docs)
            order = np.argsort(-scores, kind="stable")[:depth]
            return docs[order], scores[order]
        top = self._scorer.top(question.query, depth, matched, question.boost, terms=question.terms)
        if len(top.docs) >= min(depth, count):
            return top.docs, top.scores
        docs = _filled(top.docs, matched, depth)
        return docs, np.concatenate([top.scores, np.zeros(len(docs) - len(top.docs))])

    def _by_field(self, question: Question, matched: Mask, depth: int) -> Docs:
        """The first ``depth`` of the documents that match, by date or a field; then by score."""
        chosen = np.flatnonzero(matched)
        keys = self._sort_keys(question.plan.sort, chosen)
        if len(chosen) > depth:
            # Scores only order the documents of one value, so the others need none.
            kept = _smallest(keys, depth)
            chosen, keys = chosen[kept], keys[kept]
        scores = self._scorer.scores(question.query, chosen)
        if question.boost is not None:
            scores *= question.boost[chosen]
        ordered: Docs = chosen[np.lexsort((chosen, -scores, keys))[:depth]]
        return ordered

    def _sort_keys(self, sort: Sort, docs: Docs) -> Keys:
        """Numbers by which ``docs`` are ordered, the smallest first, those without a value last."""
        if sort.field == DATE:
            first, last = self._snapshot.days()
            days = (last if sort.descending else first).take(docs)
            keys: Keys = -days if sort.descending else days.copy()
            keys[days == NO_DAY] = _LAST
            return keys
        if self._snapshot.fields.get(sort.field).kind == "keyword":
            values = self._facets.ranks(sort.field)[docs]
        else:
            values = self._snapshot.field_numbers(sort.field)[docs]
        keys = -values if sort.descending else values
        keys[np.isnan(keys)] = np.inf
        return keys


def _smallest(keys: Keys, count: int) -> NDArray[np.intp]:
    """Where the ``count`` smallest of more ``keys`` are, and those as small as the last of them."""
    # None of them is larger than as many of a sample are: few are left to choose from.
    sample = keys[:: max(1, len(keys) // (SAMPLED_KEYS + count))]
    near = np.flatnonzero(keys <= np.partition(sample, count - 1)[count - 1])
    few = keys.take(near)
    kept: NDArray[np.intp] = near[few <= np.partition(few, count - 1)[count - 1]]
    return kept


def _by_score(plan: Plan) -> bool:
    return plan.sort.field == SCORE


def _every(plan: Plan) -> list[tuple[str, str]]:
    return [(term.field, term.term) for term in plan.score]


def _telling(plan: Plan) -> list[tuple[str, str]]:
    """The scoring terms that alone tell which documents hold any.

    Whoever holds a word, a bigram or a marked syllable, in the title or not, holds its folded
    syllables, so such a term need not be looked up where one of those scores as well.
    """
    folded = {term.term for term in plan.score if term.field == FOLDED}
    return [
        (term.field, term.term)
        for term in plan.score
        if term.field == FOLDED or folded.isdisjoint(_folded_parts(term.field, term.term))
    ]


@lru_cache(maxsize=KEPT_TERMS)
def _folded_parts(field: str, term: str) -> tuple[str, ...]:
    """The folded syllables that a term of a text is made of; none where it need not be of any."""
    if field not in SCORED_STREAMS or field in (*DERIVED, NAME_FOLDED):
        return ()
    return tuple(map(fold_syllable, term.split("_" if field == WORDS else " ")))


def _filled(docs: NDArray[np.int64], mask: Mask, wanted: int) -> NDArray[np.int64]:
    """Matching documents without a score follow those with one, by number."""
    others = np.flatnonzero(mask)
    others = others[~np.isin(others, docs)]
    return np.concatenate([docs, others[: wanted - len(docs)]])
