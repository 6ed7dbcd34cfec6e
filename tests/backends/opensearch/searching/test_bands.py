"""Bands: what has some share of a plan's ideas, asked for apart and joined again."""

from __future__ import annotations

from typing import Any

import pytest

from searchengine.backends.opensearch.searching.bands import (
    added,
    distinct,
    expected,
    joined,
    most_with,
    thresholds,
)
from searchengine.backends.opensearch.searching.facets import VALUES
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    Coverage,
    FieldTerm,
    Idea,
    Not,
    Plan,
    Query,
    Sort,
    TermQuery,
)

LANG, GOM, SONG = (TermQuery("folded", one) for one in ("lang", "gom", "song"))
KNOWN = {FieldTerm("folded", "lang"): 30, FieldTerm("folded", "gom"): 20}


def coverage(*weights: float) -> Coverage:
    return Coverage(tuple(Idea(LANG, weight) for weight in weights), (1.0, 0.75, 0.6, 0.51))


@pytest.mark.parametrize(
    ("weights", "places"),
    [
        ((1.0,), [0]),
        # Half of two is not enough; of three alike two are more than 0.6.
        ((1.0, 1.0), [0]),
        ((1.0, 1.0, 1.0), [0, 2]),
        ((2.0, 1.0, 1.0), [0, 1]),
    ],
)
def test_shares_that_let_in_the_same_are_one_band(
    weights: tuple[float, ...], places: list[int]
) -> None:
    asked = coverage(*weights)
    present = range(len(weights))
    assert distinct(asked, present, thresholds(asked, present)) == places


def test_ideas_that_are_not_there_ask_for_nothing() -> None:
    assert thresholds(coverage(3.0, 1.0), [1]) == pytest.approx([1.0, 0.75, 0.6, 0.51], abs=1e-3)


@pytest.mark.parametrize(
    ("query", "most"),
    [
        (LANG, 30),
        (SONG, 100),
        (AllOf((LANG, GOM, SONG)), 20),
        (AnyOf((LANG, GOM)), 50),
        (AnyOf((LANG, SONG)), 100),
        (Not(LANG), 100),
    ],
)
def test_frequencies_say_how_many_documents_match_at_most(query: Query, most: int) -> None:
    assert most_with(query, KNOWN, 100) == most


def test_more_ideas_are_had_by_fewer_documents() -> None:
    assert expected([40], 100) == 40
    assert expected([40, 40], 100) < 40
    assert expected([40, 100], 100) == 40


def answer(*hits: list[Any], total: int = 0, **counts: int) -> dict[str, Any]:
    buckets = [{"key": key, "doc_count": count} for key, count in counts.items()]
    return {
        "hits": {"total": {"value": total}, "hits": [{"sort": one} for one in hits]},
        "aggregations": {"facet_0": {"buckets": buckets, "sum_other_doc_count": 0}},
    }


def test_bands_are_joined_in_the_order_of_the_plan() -> None:
    by_score = joined(
        Plan(None), [answer([2.0, 5], [1.0, 1], total=7), answer([2.0, 3], [1.5, 9], total=2)], 3
    )
    assert [one["sort"] for one in by_score["hits"]["hits"]] == [[2.0, 3], [2.0, 5], [1.5, 9]]
    assert by_score["hits"]["total"]["value"] == 9
    bands = [answer([30, 1.0, 5], [-9, 2.0, 1]), answer([30, 4.0, 7], [10, 1.0, 2])]
    newest = joined(Plan(None, sort=Sort(DATE)), bands, 10)["hits"]["hits"]
    assert [one["sort"][-1] for one in newest] == [7, 5, 2, 1]
    oldest = joined(Plan(None, sort=Sort(DATE, descending=False)), bands, 10)["hits"]["hits"]
    assert [one["sort"][-1] for one in oldest] == [1, 2, 7, 5]


def test_facets_of_bands_add_up() -> None:
    found = added([answer(a=1, b=2)["aggregations"], answer(b=3)["aggregations"]])["facet_0"]
    assert {one["key"]: one["doc_count"] for one in found["buckets"]} == {"a": 1, "b": 5}
    assert not found["sum_other_doc_count"]


def test_facets_with_more_values_than_were_told_are_not_whole() -> None:
    many = answer(**{str(at): 1 for at in range(VALUES)})["aggregations"]
    assert added([many])["facet_0"]["sum_other_doc_count"]
