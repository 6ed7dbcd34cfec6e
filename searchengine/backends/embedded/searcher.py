"""Answering plans from one snapshot: match, score, boost, sort, cut, count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import Cache, cached
from searchengine.backends.embedded.decay import factors
from searchengine.backends.embedded.duplicates import fold_duplicates
from searchengine.backends.embedded.facets import FacetCounter
from searchengine.backends.embedded.index.schema import NO_DAY
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.match import Mask, matching
from searchengine.backends.embedded.scoring import exact_scoring
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.scoring.term_cache import KeptTerm
from searchengine.backends.embedded.shingles import DocumentShingles
from searchengine.backends.fields import SCORED_STREAMS
from searchengine.backends.near_duplicates import FOLD_DOCUMENTS, LOOK_AHEAD
from searchengine.backends.values import (
    DATE,
    SCORE,
    AllOf,
    DateDecay,
    FacetSpec,
    FieldTerm,
    Histogram,
    Order,
    Plan,
    RankedDocument,
    Ranking,
    ScoreParts,
    Sort,
    Step,
)
from searchengine.deadline import check_time, limited
from searchengine.text.derived_streams import DERIVED
from searchengine.text.streams import FOLDED, WORDS
from searchengine.text.variants import fold_syllable

if TYPE_CHECKING:
    from searchengine.backends.embedded.completion.completer import Completer
    from searchengine.backends.embedded.completion.lexicon import Lexicon

#: Date factors of so many different origins are kept; most queries share today's.
KEPT_FACTORS = 8
#: Document frequencies of syllables, which there are a few thousand of, exact and folded.
KEPT_FREQUENCIES = 8192
#: Which documents match, a byte each, for so many queries: a page asks for hits, facets and a
#: histogram of the same one, and a phrase has texts read.
KEPT_MASKS = 16

#: (stream, term, weight) of each scoring term.
Weighted = list[tuple[str, str, float]]
_NO_MASK: Mask = np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True)
class _Factors:
    """What dates multiply scores by: ``exact`` float64[size], ``narrow`` the same in float32."""

    exact: NDArray[np.float64]
    narrow: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        return self.exact.nbytes + self.narrow.nbytes


@dataclass(frozen=True, slots=True)
class _Question:
    """A plan made ready: its terms and what is kept of each, which documents match (None: those
    with a score)."""

    plan: Plan
    query: Weighted
    terms: Sequence[KeptTerm]
    mask: Mask | None
    factors: _Factors | None

    @property
    def boost(self) -> NDArray[np.float32] | None:
        return self.factors.narrow if self.factors else None


class _Order(NamedTuple):
    """The best documents, how many match, which (empty where nobody needs it), what is folded."""

    docs: NDArray[np.int64]
    total: int
    matched: Mask
    folded: Sequence[tuple[int, ...]] = ()


class Searcher:
    """Answers plans from one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot, before: Searcher | None = None) -> None:
        """Search ``snapshot``, keeping what was made for a search within its budget.

        What the searcher of an earlier commit, ``before``, keeps of terms and facets is taken
        over.
        """
        self.snapshot = snapshot
        budget = snapshot.budget
        self.scorer: Scorer = Scorer(snapshot, budget, None if before is None else before.scorer)
        self.facets: FacetCounter = FacetCounter(
            snapshot, None if before is None else before.facets
        )
        # These caches hold the snapshot, not the searcher: a circle of references would keep an
        # old commit's arrays until the collector comes round.
        self._shingles = DocumentShingles(snapshot)
        self._frequency = cached(
            self.scorer.term_store.frequency, Cache(budget, "frequencies", KEPT_FREQUENCIES)
        )
        self._masks = cached(
            partial(matching, snapshot, self.scorer.term_store), Cache(budget, "masks", KEPT_MASKS)
        )
        self._factors: Cache[DateDecay, _Factors] = Cache(budget, "date_factors", KEPT_FACTORS)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What the snapshot knows of syllables, for suggestions."""
        from searchengine.backends.embedded.completion.lexicon import Lexicon  # Seldom needed.

        return Lexicon(self.snapshot, self.scorer.term_store.frequency)

    @cached_property
    def completer(self) -> Completer:
        """What completes prefixes."""
        from searchengine.backends.embedded.completion.completer import Completer  # Likewise.

        return Completer(self.lexicon)

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        with limited(plan.seconds):
            plan, otherwise = self._answerable(plan)
            question = self._question(plan)
            if plan.fold_duplicates:
                order = self._folded(question)
            else:
                order = self._order(question, plan.offset + plan.limit)
            chosen = order.docs[plan.offset : plan.offset + plan.limit]
            folded = order.folded[plan.offset :] or repeat(())
            scores = exact_scoring.exact_scores(
                self.snapshot, question.query, question.terms, chosen
            )
            if question.factors:
                scores *= question.factors.exact[chosen]
            return Ranking(
                total=order.total,
                ranked=tuple(self._ranked(chosen, scores, folded, plan.texts)),
                facets=self._counted(order.matched, plan.facets) if plan.facets else {},
                otherwise=otherwise,
            )

    def count_facets(
        self, plan: Plan, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facets of every document that ``plan`` matches."""
        with limited(plan.seconds):
            matched = self._matched_by(self._answerable(plan)[0])
            return self._counted(matched, FacetSpec(tuple(names), limit, order))

    def histogram(self, plan: Plan, by: Step) -> Histogram:
        """Return how many of the documents that ``plan`` matches each month or year has."""
        with limited(plan.seconds):
            return self.facets.histogram(self._matched_by(self._answerable(plan)[0]), by)

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return every part of the score that each document has; None where there is none."""
        with limited(plan.seconds):
            question = self._question(self._answerable(plan)[0])
            found: list[ScoreParts | None] = []
            for id_ in ids:
                check_time()
                numbers = self.snapshot.numbers_of(id_)
                found.append(self._score_parts(question, numbers[0]) if numbers else None)
            return found

    def frequencies(self, terms: Sequence[FieldTerm]) -> list[int]:
        """Return how many live documents hold each of ``terms``."""
        return [self._frequency(field, term) for field, term in terms]

    def _answerable(self, plan: Plan) -> tuple[Plan, bool]:
        """The plan, or its alternative if no document at all matches it; whether it is one."""
        otherwise = False
        while plan.otherwise is not None and not self._query_mask(plan).any():
            plan, otherwise = plan.otherwise, True
        return plan, otherwise

    def _question(self, plan: Plan) -> _Question:
        query = [(term.field, term.term, term.weight) for term in plan.score]
        terms = self.scorer.term_store.looked_up(query)
        return _Question(plan, query, terms, self._mask(plan), self._date_factors(plan.decay))

    def _ranked(
        self,
        chosen: NDArray[np.int64],
        scores: NDArray[np.float64],
        folded: Sequence[tuple[int, ...]] | Iterator[tuple[int, ...]],
        texts: bool,
    ) -> Iterator[RankedDocument]:
        for number, score, same in zip(chosen.tolist(), scores.tolist(), folded, strict=False):
            check_time()
            document = self.snapshot.document(number, original=False, text=texts)
            duplicates = tuple(
                self.snapshot.document(one, original=False, text=False).id for one in same
            )
            yield RankedDocument(document, score, duplicates)

    def _counted(self, matched: Mask, spec: FacetSpec) -> dict[str, dict[str, int]]:
        return self.facets.counts(matched, spec.names, limit=spec.limit, order=spec.order)

    def _order(self, question: _Question, depth: int) -> _Order:
        """The ``depth`` best documents, one at least."""
        plan, query, mask = question.plan, question.query, question.mask
        depth = max(depth, 1)
        by_score = plan.sort.field == SCORE
        if mask is None and by_score and not plan.facets:
            top = self.scorer.top(
                query, depth, boost=question.boost, terms=question.terms, count=True
            )
            return _Order(top.docs, top.total or 0, _NO_MASK)
        matched = self._scored(plan) if mask is None else mask
        total = int(np.count_nonzero(matched))
        if not by_score:
            return _Order(self._by_field(question, matched, depth), total, matched)
        docs = self.scorer.top(query, depth, mask, question.boost, terms=question.terms).docs
        if mask is not None:
            docs = _filled(docs, mask, depth)
        return _Order(docs, total, matched)

    def _folded(self, question: _Question) -> _Order:
        """The documents up to the end of the page, each with those that repeat it.

        Where all that match were looked at, those that repeat others do not count.
        """
        wanted = question.plan.offset + question.plan.limit
        # Each document that is folded away lets another one move up. Ranking ten more takes 0.1 ms
        # at 100,000 documents, a hundred 1 ms, a thousand 15.
        for more in (LOOK_AHEAD + wanted // 4, 100 + wanted, FOLD_DOCUMENTS):
            order = self._order(question, wanted + more)
            read = order.total if order.total <= wanted + LOOK_AHEAD else wanted
            found = fold_duplicates(order.docs.tolist(), self._shingles.of, read)
            if len(found) >= wanted or len(order.docs) < wanted + more:
                break
        docs = np.array([one.number for one in found], np.int64)
        folded = [one.duplicates for one in found]
        looked_at = len(found) + sum(map(len, folded))
        total = len(found) if looked_at == order.total else order.total
        return order._replace(docs=docs, folded=folded, total=total)

    def _score_parts(self, question: _Question, number: int) -> ScoreParts:
        parts = tuple(exact_scoring.term_scores(self.snapshot, question.plan.score, number))
        factor = float(question.factors.exact[number]) if question.factors else 1.0
        return ScoreParts(
            score=sum(part.score for part in parts) * factor,
            date_factor=factor,
            parts=parts,
            matches=bool(parts) if question.mask is None else bool(question.mask[number]),
        )

    def _matched_by(self, plan: Plan) -> Mask:
        mask = self._mask(plan)
        return self._scored(plan) if mask is None else mask

    def _mask(self, plan: Plan) -> Mask | None:
        """Which documents match; None where that is just those with a score."""
        if not plan.filters:
            return None if plan.match is None else self._masks(plan.match)
        if plan.match is None:
            return self._scored(plan) & self._masks(AllOf(plan.filters))
        return self._masks(AllOf((plan.match, *plan.filters)))

    def _query_mask(self, plan: Plan) -> Mask:
        """Which documents match, whatever the filters."""
        return self._scored(plan) if plan.match is None else self._masks(plan.match)

    def _scored(self, plan: Plan) -> Mask:
        """Which documents hold any scoring term."""
        return self.scorer.holding(_telling(plan))

    def _date_factors(self, decay: DateDecay | None) -> _Factors | None:
        if decay is None:
            return None
        found = self._factors.get(decay)
        if found is not None:
            return found
        first, last = self.snapshot.days()
        exact = factors(decay, first, last, self.snapshot.dated())
        found = _Factors(exact, exact.astype(np.float32))
        self._factors.put(decay, found)
        return found

    def _by_field(self, question: _Question, matched: Mask, depth: int) -> NDArray[np.int64]:
        """The first ``depth`` of the documents that match, by date or a field; then by score."""
        chosen = np.flatnonzero(matched)
        sort = question.plan.sort
        keys = self._sort_keys(sort, chosen)
        if sort.descending:
            keys = -keys
        keys[np.isnan(keys)] = np.inf
        if len(chosen) > depth:
            # Scores only order the documents of one value, so the others need none.
            kept = keys <= np.partition(keys, depth)[depth]
            chosen, keys = chosen[kept], keys[kept]
        scores = self.scorer.scores(question.query, chosen)
        if question.boost is not None:
            scores *= question.boost[chosen]
        ordered: NDArray[np.int64] = chosen[np.lexsort((chosen, -scores, keys))[:depth]]
        return ordered

    def _sort_keys(self, sort: Sort, docs: NDArray[np.int64]) -> NDArray[np.float64]:
        """What ``docs`` are sorted by, ascending: float64[n], NaN for those without a value."""
        if sort.field == DATE:
            first, last = self.snapshot.days()
            days = (last if sort.descending else first)[docs]
            return np.where(days == NO_DAY, np.nan, days.astype(np.float64))
        if self.snapshot.fields.get(sort.field).kind == "keyword":
            return self.facets.ranks(sort.field)[docs]
        return self.snapshot.field_numbers(sort.field)[docs]


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


@lru_cache(maxsize=KEPT_FREQUENCIES)
def _folded_parts(field: str, term: str) -> tuple[str, ...]:
    """The folded syllables that a term of a text is made of; none where it need not be of any."""
    if field not in SCORED_STREAMS or field in DERIVED:
        return ()
    return tuple(map(fold_syllable, term.split("_" if field == WORDS else " ")))


def _filled(docs: NDArray[np.int64], mask: Mask, wanted: int) -> NDArray[np.int64]:
    """Matching documents without a score follow those with one, by number."""
    if len(docs) >= wanted:
        return docs
    others = np.flatnonzero(mask)
    others = others[~np.isin(others, docs)]
    return np.concatenate([docs, others[: wanted - len(docs)]])
