"""What a plan asks of documents, by definition: order, facets, histogram.

One document at a time. Which documents match is said in ``documents``, what they score in the
seam's ``scores``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from statistics import fmean
from typing import Any

from searchengine.backends.counting import histogram_of, period, period_label, shown_facet
from searchengine.backends.counts import Histogram
from searchengine.backends.fields import PERIODS, SCORED_STREAMS, FieldTable
from searchengine.backends.memory.documents import IndexedDocument, matches
from searchengine.backends.memory.ideas import covered
from searchengine.backends.memory.semantic import reordered
from searchengine.backends.memory.vectors import Vectors
from searchengine.backends.scores import Corpus, Scorer, date_factor
from searchengine.backends.values import (
    DATE,
    SCORE,
    FieldTerm,
    Order,
    Plan,
    ScoreParts,
    Step,
)
from searchengine.backends.vectors.fusion import Meaning
from searchengine.backends.vectors.passages import check_stage
from searchengine.deadline import check_time
from searchengine.text.collate import collation_key

Documents = Sequence[IndexedDocument]
Scored = tuple[IndexedDocument, float]


class Answers:
    """What a plan finds among documents, in the order in which they were added."""

    def __init__(
        self,
        documents: Documents,
        plan: Plan,
        fields: FieldTable,
        vectors: Vectors,
    ) -> None:
        self._fields = fields
        self._vectors = vectors
        self.otherwise = False
        while plan.otherwise is not None and not any(_holds(plan, one) for one in documents):
            plan, self.otherwise = plan.otherwise, True
        self.plan = plan
        self._matching = [one for one in documents if self._lets_in(one)]
        self._scorer = Scorer(plan, _corpus(documents, plan))
        asked = plan.coverage and covered(
            plan.coverage,
            [one for one in documents if plan.match is None or matches(plan.match, one)],
        )
        #: The share of the weights of a coverage that was enough, and its ideas that none has.
        self.share, self.absent = (asked.share, asked.absent) if asked else (1.0, ())
        #: The documents that match in full, and the others.
        self.matching, self.partial = self._matching, []
        if asked and plan.coverage:
            scored = [one for one in self._matching if self._scorer.score(one) > 0]
            best = sorted(scored, key=lambda one: -self._scorer.score(one))[: plan.coverage.best]
            ids = {*asked.ids, *(one.document.id for one in best)}
            self.matching = [one for one in self._matching if one.document.id in ids]
            self.partial = [one for one in self._matching if one.document.id not in ids]

    def explain(self, one: IndexedDocument) -> ScoreParts:
        """Return every part of a document's score."""
        parts = self._scorer.parts(one, self._lets_in(one))
        meaning = self.meant.get(one.document.id)
        if meaning is None:
            return parts
        score = parts.score + meaning.score
        return replace(parts, score=score, semantic=meaning.score, cosine=meaning.cosine)

    def ranked(self) -> list[Scored]:
        """Return the matching documents and their scores in the order that the plan asks for."""
        return self._ranked[0]

    def passage(self, id_: str) -> tuple[int, int] | None:
        """Return where the passage of a document stands whose meaning comes nearest."""
        meaning = self.meant.get(id_)
        return meaning and meaning.passage

    @property
    def meant(self) -> Mapping[str, Meaning]:
        """What meaning adds to some documents, by their ids."""
        return self._ranked[1]

    @cached_property
    def _ranked(self) -> tuple[list[Scored], Mapping[str, Meaning]]:
        ordered = self._ordered(self.matching) + self._ordered(self.partial)
        stage = self.plan.semantic
        if stage is None:
            return ordered, {}
        check_stage(stage, self._vectors.model)
        if self.plan.sort.field != SCORE:
            return ordered, {}
        return reordered(stage, ordered, len(self.matching), self._vectors.by_id)

    def _ordered(self, documents: Documents) -> list[Scored]:
        scored = [(one, self._scorer.score(one)) for one in documents]
        scored.sort(key=lambda pair: -pair[1])
        by = self.plan.sort
        if by.field == SCORE:
            depth = self.plan.nearness.depth if self.plan.nearness else 0
            near = [(one, score * self._scorer.nearness(one)) for one, score in scored[:depth]]
            return sorted(near, key=lambda pair: -pair[1]) + scored[depth:]
        keyed = [(self._sort_key(one), (one, score)) for one, score in scored]
        known = [pair for pair in keyed if pair[0] is not None]
        # Sorting keeps equal ones as they are, also backwards.
        known.sort(key=lambda pair: pair[0], reverse=by.descending)
        return [*(scored for _, scored in known), *(s for key, s in keyed if key is None)]

    def facets(self, names: Sequence[str], limit: int, order: Order) -> dict[str, dict[str, int]]:
        """Return how many matching documents have each value of some facets."""
        counted = {
            name: Counter(value for one in self.matching for value in self._labels(one, name))
            for name in names
        }
        return {
            name: shown_facet(self._fields, name, counts, limit, order)
            for name, counts in counted.items()
        }

    def _labels(self, one: IndexedDocument, name: str) -> Sequence[str]:
        check_time()
        if name not in PERIODS:
            return one.labels[self._fields.get(name).name]
        step: Step = "year" if name == "year" else "month"
        unit = period(one.days, step) if one.days else None
        return [] if unit is None else [period_label(unit, step)]

    def _sort_key(self, one: IndexedDocument) -> Any:
        """What a document is sorted by, ascending; None where it has nothing."""
        by = self.plan.sort
        if by.field == DATE:
            return one.days and one.days[by.descending]
        field = self._fields.get(by.field)
        if field.kind == "keyword":
            return min(map(collation_key, one.labels[field.name]), default=None)
        return next(iter(one.values[field.name]), None)

    def _lets_in(self, one: IndexedDocument) -> bool:
        check_time()
        return _holds(self.plan, one) and all(matches(each, one) for each in self.plan.filters)


def _holds(plan: Plan, one: IndexedDocument) -> bool:
    """Whether a document matches a plan, whatever the filters."""
    if plan.match is not None:
        return matches(plan.match, one)
    return any(one.count(term.field, term.term) for term in plan.score)


def _corpus(documents: Documents, plan: Plan) -> Corpus:
    dated = [date_factor(plan.decay, one.days) for one in documents if one.days and plan.decay]
    return Corpus(
        len(documents),
        {
            FieldTerm(term.field, term.term): sum(
                one.count(term.field, term.term) > 0 for one in documents
            )
            for term in plan.score
        },
        {
            field: fmean(one.length(field) for one in documents)
            for field in SCORED_STREAMS
            if documents
        },
        fmean(dated) if dated else 1.0,
    )


def histogram(documents: Documents, by: Step) -> Histogram:
    """Return how many documents each month or year has, oldest first."""
    units = [period(one.days, by) for one in documents if one.days]
    counts = Counter(unit for unit in units if unit is not None)
    return histogram_of(by, counts, len(units) - counts.total(), len(documents) - len(units))
