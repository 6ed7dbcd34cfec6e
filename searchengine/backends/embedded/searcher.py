"""Answering plans from one snapshot: match, score, boost, sort, cut, count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.counts import Histogram
from searchengine.backends.embedded.cache_budget import Cache, cached
from searchengine.backends.embedded.coverage import Covered, covered
from searchengine.backends.embedded.decay import factors, titles_with
from searchengine.backends.embedded.duplicates import fold_duplicates
from searchengine.backends.embedded.facets import FacetCounter
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.match import Mask, Matching, matching
from searchengine.backends.embedded.ranker import Factors, Ordered, Question, Ranker
from searchengine.backends.embedded.scoring import exact_scoring
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.shingles import DocumentShingles
from searchengine.backends.forms import split_parts
from searchengine.backends.near_duplicates import FOLD_DOCUMENTS, LOOK_AHEAD
from searchengine.backends.values import (
    YEARS,
    AllOf,
    DateDecay,
    FacetSpec,
    FieldTerm,
    Order,
    Plan,
    RankedDocument,
    Ranking,
    ScoreParts,
    Step,
)
from searchengine.backends.vectors.fusion import Meaning
from searchengine.backends.vectors.passages import check_stage
from searchengine.deadline import check_time, limited

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
_NO_MEANING = Meaning(0.0, None, None)


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
        self._ranker = Ranker(snapshot, self.scorer, self.facets)
        # These caches hold the snapshot, not the searcher: a circle of references would keep an
        # old commit's arrays until the collector comes round.
        self._shingles = DocumentShingles(snapshot)
        self._frequency = cached(
            self.scorer.term_store.frequency, Cache(budget, "frequencies", KEPT_FREQUENCIES)
        )
        self._masks = cached(
            partial(matching, snapshot, self.scorer.term_store), Cache(budget, "masks", KEPT_MASKS)
        )
        store = self.scorer.term_store
        self._covered = cached(
            partial(covered, Matching(snapshot, store), store),
            Cache(budget, "masks", KEPT_MASKS),
        )
        self._factors: Cache[DateDecay, Factors] = Cache(budget, "date_factors", KEPT_FACTORS)
        #: Which titles say a year.
        self._years: Cache[tuple[()], Mask] = Cache(budget, "date_factors")

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
            self._check(plan)
            question = self._question(plan)
            wanted = slice(plan.offset, plan.offset + plan.limit)
            if plan.fold_duplicates:
                order, groups = self._folded(question, wanted.stop)
            else:
                order, groups = self._ranker.order(question, wanted.stop), ()
            chosen = order.docs[wanted]
            scores = self._ranker.scores(question, chosen)
            scores *= [order.nearness.get(number, 1.0) for number in chosen.tolist()]
            meanings = [order.meanings.get(number, _NO_MEANING) for number in chosen.tolist()]
            scores += [one.score for one in meanings]
            passages = [one.passage for one in meanings]
            folded = groups[plan.offset :] or repeat(())
            asked = question.covered
            full = order.matched[chosen] if asked else np.ones(len(chosen), np.bool_)
            return Ranking(
                total=order.total,
                ranked=tuple(self._ranked(chosen, scores, full, folded, passages, plan.texts)),
                facets=self._counted(order.matched, plan.facets) if plan.facets else {},
                otherwise=otherwise,
                total_partial=order.partial,
                share=asked.share if asked else 1.0,
                absent=asked.absent if asked else (),
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
            plan, _ = self._answerable(plan)
            self._check(plan)
            question = self._question(plan)
            meanings = self._ranker.order(question, 1).meanings if plan.semantic else {}
            found: list[ScoreParts | None] = []
            for id_ in ids:
                check_time()
                numbers = self.snapshot.numbers_of(id_)
                found.append(self._score_parts(question, numbers[0], meanings) if numbers else None)
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

    def _question(self, plan: Plan) -> Question:
        terms = self.scorer.term_store.looked_up(plan.score)
        factors = self._date_factors(plan.decay)
        return Question(plan, plan.score, terms, self._mask(plan), factors, self._coverage(plan))

    def _ranked(
        self,
        chosen: NDArray[np.int64],
        scores: NDArray[np.float64],
        full: Mask,
        folded: Sequence[tuple[int, ...]] | Iterator[tuple[int, ...]],
        passages: Sequence[tuple[int, int] | None],
        texts: bool,
    ) -> Iterator[RankedDocument]:
        columns = (chosen.tolist(), scores.tolist(), full.tolist(), folded, passages)
        for number, score, enough, same, passage in zip(*columns, strict=False):
            check_time()
            document = self.snapshot.document(number, original=False, text=texts)
            duplicates = tuple(
                self.snapshot.document(one, original=False, text=False).id for one in same
            )
            yield RankedDocument(document, score, duplicates, not enough, passage)

    def _counted(self, matched: Mask, spec: FacetSpec) -> dict[str, dict[str, int]]:
        return self.facets.counts(matched, spec.names, limit=spec.limit, order=spec.order)

    def _folded(self, question: Question, wanted: int) -> tuple[Ordered, Sequence[tuple[int, ...]]]:
        """The ``wanted`` first documents, each with those that repeat it.

        Where all that match in full were looked at, those that repeat others do not count.
        """
        # Each document that is folded away lets another one move up. Ranking ten more takes 0.1 ms
        # at 100,000 documents, a hundred 1 ms, a thousand 15.
        for more in (LOOK_AHEAD + wanted // 4, 100 + wanted, FOLD_DOCUMENTS):
            order = self._ranker.order(question, wanted + more)
            near = order.total <= wanted + LOOK_AHEAD
            read = max(wanted, order.total) if near else wanted
            wholes = self.snapshot.wholes[order.docs].tolist()
            found = fold_duplicates(order.docs.tolist(), self._shingles.of, read, wholes)
            if len(found) >= wanted or len(order.docs) < wanted + more:
                break
        total = order.total
        if sum(1 + len(one.duplicates) for one in found) >= total:
            full = set(order.docs[:total].tolist())
            total = sum(one.number in full for one in found)
        docs = np.array([one.number for one in found], np.int64)
        return replace(order, docs=docs, total=total), [one.duplicates for one in found]

    def _score_parts(
        self, question: Question, number: int, meanings: Mapping[int, Meaning]
    ) -> ScoreParts:
        terms = question.plan.score
        scores = exact_scoring.term_scores(self.snapshot, terms, number)
        parts, outdone = split_parts(terms, scores)
        factor = float(question.factors.exact[number]) if question.factors else 1.0
        near = self._ranker.nearness(question, number)
        meaning = meanings.get(number, _NO_MEANING)
        return ScoreParts(
            score=sum(part.score for part in parts) * factor * near + meaning.score,
            date_factor=factor,
            nearness=near,
            parts=parts,
            matches=bool(parts) if question.mask is None else bool(question.mask[number]),
            outdone=outdone,
            semantic=meaning.score,
            cosine=meaning.cosine,
        )

    def _check(self, plan: Plan) -> None:
        if plan.semantic is not None:
            check_stage(plan.semantic, self.snapshot.vector_model)

    def _matched_by(self, plan: Plan) -> Mask:
        """Which documents match in full."""
        mask = self._mask(plan)
        matched = self._ranker.scored(plan) if mask is None else mask
        return (
            matched if plan.coverage is None else self._ranker.full(self._question(plan), matched)
        )

    def _coverage(self, plan: Plan) -> Covered | None:
        if plan.coverage is None:
            return None
        return self._covered(plan.coverage, plan.match)

    def _mask(self, plan: Plan) -> Mask | None:
        """Which documents match; None where that is just those with a score."""
        if not plan.filters:
            return None if plan.match is None else self._masks(plan.match)
        if plan.match is None:
            return self._ranker.scored(plan) & self._masks(AllOf(plan.filters))
        return self._masks(AllOf((plan.match, *plan.filters)))

    def _query_mask(self, plan: Plan) -> Mask:
        """Which documents match, whatever the filters."""
        return self._ranker.scored(plan) if plan.match is None else self._masks(plan.match)

    def _date_factors(self, decay: DateDecay | None) -> Factors | None:
        if decay is None:
            return None
        found = self._factors.get(decay)
        if found is not None:
            return found
        first, last = self.snapshot.days()
        other_years = self._titles_of_other_years(decay.years)
        exact = factors(decay, first, last, self.snapshot.dated(), other_years)
        found = Factors(exact, exact.astype(np.float32))
        self._factors.put(decay, found)
        return found

    def _titles_of_other_years(self, asked: tuple[int, int] | None) -> Mask:
        """Which titles say a year, but none from the first to the last that is ``asked``."""
        if asked is None:
            return np.zeros(self.snapshot.size, np.bool_)
        said = self._years.get(())
        if said is None:
            said = titles_with(self.snapshot, YEARS)
            self._years.put((), said)
        first, last = asked
        return said & ~titles_with(self.snapshot, range(first, last + 1))
