"""Comparing a ranking with the specification's: the same documents, order and scores.

Scores agree to a relative :data:`CLOSE`; documents whose scores differ by less may stand in either
order, because engines add floats in their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from searchengine.backends.contract.base import ALL, CLOSE
from searchengine.backends.contract.differential.generated import ALL_FACETS
from searchengine.backends.document_fields import days_of
from searchengine.backends.plan_json import plan_from_json, plan_to_json
from searchengine.backends.protocol import View
from searchengine.backends.values import DATE, Plan, RankedDocument, ScoreParts, Sort

#: More than any generated index has.
EVERYTHING = 100_000


def assert_same_answers(view: View, oracle: View, plan: Plan) -> None:
    """Assert that a view finds for ``plan`` what the specification's view finds."""
    found, expected = view.search(plan), oracle.search(plan)
    assert (found.total, found.otherwise) == (expected.total, expected.otherwise)
    assert (found.total_partial, found.share) == (expected.total_partial, expected.share)
    assert found.absent == expected.absent
    assert in_order(found.facets) == in_order(expected.facets)
    answered = _answered(plan, expected.otherwise)
    whole = oracle.search(_whole(plan)).ranked
    places = {one.document.id: at for at, one in enumerate(whole)}
    groups = {id_: at for at, one in enumerate(whole) for id_ in _group(one)}
    assert len(found.ranked) == len(expected.ranked)
    assert len({one.document.id for one in found.ranked}) == len(found.ranked)
    for at, (one, other) in enumerate(zip(found.ranked, expected.ranked, strict=True)):
        assert one.score == pytest.approx(other.score, rel=CLOSE), at
        if one.document.id != other.document.id:
            start, end = sorted((groups[one.document.id], places[other.document.id]))
            assert _are_tied(whole[start : end + 1], answered), (at, one.document.id)
            continue
        assert (one.document, one.partial) == (other.document, other.partial)
        assert one.passage == other.passage
        if one.duplicates != other.duplicates:
            own = whole[groups[one.document.id]]
            assert set(one.duplicates) < set(_group(own)), (at, one.document.id)
    if not answered.offset and len(found.ranked) < answered.limit:
        # All of the ranking, so every group is whole.
        assert sorted(sorted(_group(one)) for one in found.ranked) == sorted(
            sorted(_group(one)) for one in expected.ranked
        )


def assert_same_in_every_way(
    view: View, oracle: View, plan: Plan, facets: Sequence[str] = ALL_FACETS
) -> None:
    """Assert that a view answers as the specification's in every way that takes a plan."""
    assert plan_from_json(plan_to_json(plan)) == plan
    assert_same_answers(view, oracle, plan)
    for order in ("count", "name"):
        found, expected = (each.facets(plan, facets, 4, order) for each in (view, oracle))
        assert in_order(found) == in_order(expected)
    for by in ("month", "year"):
        assert view.histogram(plan, by) == oracle.histogram(plan, by)
    ids = [one.document.id for one in oracle.search(Plan(ALL, limit=7)).ranked]
    assert_same_parts(view.explain(plan, ids), oracle.explain(plan, ids))


def assert_same_parts(
    found: Sequence[ScoreParts | None], oracle: Sequence[ScoreParts | None]
) -> None:
    """Assert that explanations say the same."""
    for one, other in zip(found, oracle, strict=True):
        if one is None or other is None:
            assert one is other
            continue
        assert one.matches == other.matches
        assert one.score == pytest.approx(other.score, rel=CLOSE)
        assert one.nearness == pytest.approx(other.nearness, rel=CLOSE)
        assert one.date_factor == pytest.approx(other.date_factor, rel=CLOSE)
        assert (one.cosine is None) == (other.cosine is None)
        assert (one.cosine or 0.0) == pytest.approx(other.cosine or 0.0, abs=CLOSE)
        assert one.semantic == pytest.approx(other.semantic, rel=CLOSE, abs=CLOSE)
        assert len(one.parts) == len(other.parts)
        assert len(one.outdone) == len(other.outdone)
        pairs = zip(one.parts + one.outdone, other.parts + other.outdone, strict=True)
        for part, expected in pairs:
            assert replace(part, idf=0.0, score=0.0) == replace(expected, idf=0.0, score=0.0)
            assert part.idf == pytest.approx(expected.idf, rel=CLOSE)
            assert part.score == pytest.approx(expected.score, rel=CLOSE)


def in_order(facets: Mapping[str, Mapping[str, int]]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return facets with their values, so that they are equal only in the same order."""
    return [(name, list(counts.items())) for name, counts in facets.items()]


def _answered(plan: Plan, otherwise: bool) -> Plan:
    return plan.otherwise if otherwise and plan.otherwise else plan


def _whole(plan: Plan) -> Plan:
    """The plan from the first document to the last."""
    return replace(
        plan,
        offset=0,
        limit=EVERYTHING,
        facets=None,
        otherwise=plan.otherwise and _whole(plan.otherwise),
    )


def _group(one: RankedDocument) -> tuple[str, ...]:
    return (one.document.id, *one.duplicates)


def _are_tied(run: Sequence[RankedDocument], plan: Plan) -> bool:
    """Whether nothing that the plan sorts by tells these neighbours apart."""
    first, last = run[0], run[-1]
    return math.isclose(first.score, last.score, rel_tol=CLOSE) and (
        plan.sort.field != DATE or _day(first, plan.sort) == _day(last, plan.sort)
    )


def _day(one: RankedDocument, sort: Sort) -> int | None:
    """The day by which a document is sorted."""
    days = days_of(one.document)
    return None if days is None else days[sort.descending]
