"""What a plan asks of documents, by definition: scores, order, folding, facets, histogram.

Formulas are written out as :mod:`values` states them, for one document at a time. Which documents
match is said in ``documents``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from searchengine.backends.bm25 import K1, B, idf
from searchengine.backends.counts import MAX_BARS, Histogram
from searchengine.backends.document_fields import date_of_day
from searchengine.backends.fields import PERIODS, SCORED_STREAMS, TITLE_FOLDED, FieldTable
from searchengine.backends.forms import split_parts
from searchengine.backends.memory.documents import IndexedDocument, matches
from searchengine.backends.memory.ideas import covered, nearness_factor
from searchengine.backends.near_duplicates import (
    FOLD_DOCUMENTS,
    LOOK_AHEAD,
    Shingles,
    shingles,
    similarity,
)
from searchengine.backends.values import (
    DATE,
    SCORE,
    YEARS,
    DateDecay,
    Order,
    Plan,
    ScoreParts,
    ScoringTerm,
    Step,
    TermScore,
)
from searchengine.deadline import check_time
from searchengine.text.collate import collation_key

Documents = Sequence[IndexedDocument]
Scored = tuple[IndexedDocument, float]
#: A document, its score and the ids of those folded into it.
Shown = tuple[IndexedDocument, float, tuple[str, ...]]


class Answers:
    """What a plan finds among documents, in the order in which they were added."""

    def __init__(self, documents: Documents, plan: Plan, fields: FieldTable) -> None:
        self._fields = fields
        self.otherwise = False
        while plan.otherwise is not None and not any(_holds(plan, one) for one in documents):
            plan, self.otherwise = plan.otherwise, True
        self.plan = plan
        self._matching = [one for one in documents if self._lets_in(one)]
        self._count = len(documents)
        self._frequencies = {
            (term.field, term.term): sum(one.count(term.field, term.term) > 0 for one in documents)
            for term in plan.score
        }
        self._mean_lengths = {
            field: fmean(len(one.terms[field]) for one in documents)
            for field in SCORED_STREAMS
            if documents
        }
        dated = [self._own_factor(one.days) for one in documents if one.days]
        self._undated_factor = fmean(dated) if dated else 1.0
        asked = plan.coverage and covered(
            plan.coverage,
            [one for one in documents if plan.match is None or matches(plan.match, one)],
        )
        #: The share of the weights of a coverage that was enough, and its ideas that none has.
        self.share, self.absent = (asked.share, asked.absent) if asked else (1.0, ())
        #: The documents that match in full, and the others.
        self.matching, self.partial = self._matching, []
        if asked and plan.coverage:
            scored = [one for one in self._matching if self._score(one) > 0]
            best = sorted(scored, key=lambda one: -self._score(one))[: plan.coverage.best]
            ids = {*asked.ids, *(one.document.id for one in best)}
            self.matching = [one for one in self._matching if one.document.id in ids]
            self.partial = [one for one in self._matching if one.document.id not in ids]

    def explain(self, one: IndexedDocument) -> ScoreParts:
        """Return every part of a document's score."""
        check_time()
        parts, outdone = split_parts(self.plan.score, [self._part(one, t) for t in self.plan.score])
        factor = self._date_factor(one)
        near = self._nearness(one)
        score = sum(part.score for part in parts) * factor * near
        return ScoreParts(score, factor, near, parts, self._lets_in(one), outdone)

    def ranked(self) -> list[Scored]:
        """Return the matching documents and their scores in the order that the plan asks for."""
        return self._ordered(self.matching) + self._ordered(self.partial)

    def _score(self, one: IndexedDocument) -> float:
        """A document's score without what nearness multiplies it by."""
        parts = self.explain(one)
        return parts.score / parts.nearness

    def _nearness(self, one: IndexedDocument) -> float:
        near = self.plan.nearness
        return nearness_factor(near, one) if near else 1.0

    def _ordered(self, documents: Documents) -> list[Scored]:
        scored = [(one, self._score(one)) for one in documents]
        scored.sort(key=lambda pair: -pair[1])
        by = self.plan.sort
        if by.field == SCORE:
            depth = self.plan.nearness.depth if self.plan.nearness else 0
            near = [(one, score * self._nearness(one)) for one, score in scored[:depth]]
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
        return {name: self._shown(name, counts, limit, order) for name, counts in counted.items()}

    def _shown(self, name: str, counts: Counter[str], limit: int, order: Order) -> dict[str, int]:
        if name in PERIODS:
            values = sorted(counts, reverse=True)
        else:
            is_number = self._fields.get(name).kind == "number"
            values = sorted(counts, key=float if is_number else collation_key)
            if order == "count":
                values.sort(key=lambda value: -counts[value])
        return {value: counts[value] for value in values[:limit]}

    def _labels(self, one: IndexedDocument, name: str) -> Sequence[str]:
        check_time()
        if name not in PERIODS:
            return one.labels[self._fields.get(name).name]
        step: Step = "year" if name == "year" else "month"
        unit = _unit(one.days, step) if one.days else None
        return [] if unit is None else [_label(unit, step)]

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

    def _part(self, one: IndexedDocument, term: ScoringTerm) -> TermScore | None:
        """What a term gives a document; None if the document does not hold it."""
        frequency = one.count(term.field, term.term)
        if not frequency:
            return None
        rarity = idf(self._count, self._frequencies[term.field, term.term])
        share = 1.0
        if term.field in SCORED_STREAMS:
            length = len(one.terms[term.field]) / self._mean_lengths[term.field]
            share = frequency / (frequency + K1 * (1 - B + B * length))
        score = term.weight * rarity * share
        return TermScore(term.field, term.term, term.weight, frequency, rarity, score)

    def _date_factor(self, one: IndexedDocument) -> float:
        if one.days:
            return self._own_factor(one.days)
        asked = self.plan.decay and self.plan.decay.years
        if asked:
            said = [year for year in YEARS if one.count(TITLE_FOLDED, str(year))]
            if said and not any(asked[0] <= year <= asked[1] for year in said):
                return 1.0
        return self._undated_factor

    def _own_factor(self, days: tuple[int, int]) -> float:
        decay = self.plan.decay
        if decay is None:
            return 1.0
        latest = max(decay.today, decay.origin[1])
        first, last = (min(day, latest) for day in days)
        distance = max(0, decay.origin[0] - last, first - decay.origin[1])
        return 1.0 + decay.weight * _curve(decay, distance)


def _holds(plan: Plan, one: IndexedDocument) -> bool:
    """Whether a document matches a plan, whatever the filters."""
    if plan.match is not None:
        return matches(plan.match, one)
    return any(one.count(term.field, term.term) for term in plan.score)


def _curve(decay: DateDecay, distance: float) -> float:
    """Elasticsearch's decay functions: 1 to ``offset``, ``decay`` at ``scale`` beyond it."""
    beyond = max(0.0, distance - decay.offset)
    if decay.curve == "exp":
        return math.exp(math.log(decay.decay) / decay.scale * beyond)
    if decay.curve == "gauss":
        return math.exp(math.log(decay.decay) / decay.scale**2 * beyond**2)
    reach = decay.scale / (1.0 - decay.decay)
    return max(0.0, (reach - beyond) / reach)


def single(ranking: Iterable[Scored]) -> list[Shown]:
    """Return the ranking with no document folded into another."""
    return [(one, score, ()) for one, score in ranking]


def folded(ranking: Sequence[Scored], wanted: int, full: int) -> tuple[list[Shown], int]:
    """Return the best that repeat none before them, with the ids of what repeats them, and a total.

    The ranking is read until ``wanted`` are found, or to the end of the ``full`` matches where that
    is near; then the total is how many of these repeat none, else how many there are.
    """
    groups: list[tuple[IndexedDocument, float, list[str]]] = []
    texts: list[Shingles] = []
    wholes: dict[str, int] = {}
    read = max(wanted, full) if full <= wanted + LOOK_AHEAD else wanted
    leading = 0
    for place, (one, score) in enumerate(ranking):
        check_time()
        if len(groups) == read:
            break
        text, whole = shingles(one.document), one.document.part_of
        alike = [similarity(len(text & other), len(text), len(other)) for other in texts]
        if place < FOLD_DOCUMENTS and whole in wholes:
            groups[wholes[whole]][2].append(one.document.id)
        elif place < FOLD_DOCUMENTS and any(alike):
            groups[alike.index(max(alike))][2].append(one.document.id)
        else:
            if whole:
                wholes[whole] = len(groups)
            groups.append((one, score, []))
            texts.append(text)
            leading += place < full
    shown = [(one, score, tuple(same)) for one, score, same in groups]
    looked_at = sum(1 + len(same) for _, _, same in groups)
    return shown, leading if looked_at >= full else full


def histogram(documents: Documents, by: Step) -> Histogram:
    """Return how many documents each month or year has, oldest first."""
    units = [_unit(one.days, by) for one in documents if one.days]
    counts = Counter(unit for unit in units if unit is not None)
    year_only, undated = len(units) - counts.total(), len(documents) - len(units)
    if not counts:
        return Histogram(by, (), 0, year_only, undated)
    first = max(min(counts), max(counts) - MAX_BARS + 1)
    bars = tuple((_label(unit, by), counts[unit]) for unit in range(first, max(counts) + 1))
    earlier = sum(count for unit, count in counts.items() if unit < first)
    return Histogram(by, bars, earlier, year_only, undated)


def _unit(days: tuple[int, int], by: Step) -> int | None:
    """The year, or the month counted from year 0, in which all the days lie; None if in several."""
    first, last = map(date_of_day, days)
    if by == "year":
        return first.year if first.year == last.year else None
    unit = 12 * first.year + first.month - 1
    return unit if unit == 12 * last.year + last.month - 1 else None


def _label(unit: int, by: Step) -> str:
    return f"{unit:04}" if by == "year" else f"{unit // 12:04}-{unit % 12 + 1:02}"
