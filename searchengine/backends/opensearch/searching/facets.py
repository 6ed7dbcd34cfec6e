"""Counts of what a plan matches: facets and histograms, from the cluster's aggregations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from searchengine.backends.counting import histogram_of, period_label, shown_facet
from searchengine.backends.counts import Histogram
from searchengine.backends.fields import PERIODS, FieldTable
from searchengine.backends.opensearch.mapping import key_of
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.values import Order, Step

Json = dict[str, Any]

#: So many values of a facet are counted at once; those of a facet with more page by page.
VALUES = 10_000


def facet_aggregations(fields: FieldTable, names: Sequence[str]) -> Json:
    """Return the aggregations that count the values of some facets."""
    return {
        f"facet_{at}": {"terms": {"field": _field(fields, name), "size": VALUES}}
        for at, name in enumerate(names)
    }


def facet_fields(fields: FieldTable, names: Sequence[str]) -> list[str]:
    """Return the fields whose values some facets count."""
    return [_field(fields, name) for name in names]


def in_documents(
    fields: FieldTable, names: Sequence[str], documents: Sequence[Mapping[str, Any]]
) -> Json:
    """Return what :func:`facet_aggregations` would count of documents with such values of
    :func:`facet_fields`."""
    found = {}
    for at, name in enumerate(names):
        field = _field(fields, name)
        counts = Counter(value for one in documents for value in set(one.get(field, ())))
        buckets = [{"key": key, "doc_count": count} for key, count in counts.items()]
        found[f"facet_{at}"] = {"buckets": buckets, "sum_other_doc_count": 0}
    return found


def facets_in(
    snapshot: Snapshot, query: Json, found: Json, names: Sequence[str], limit: int, order: Order
) -> dict[str, dict[str, int]]:
    """Return the facets that an answer to :func:`facet_aggregations` has counted.

    ``query`` lets in what was counted.
    """
    fields, facets = snapshot.fields, {}
    for at, name in enumerate(names):
        counts = {one["key"]: one["doc_count"] for one in found[f"facet_{at}"]["buckets"]}
        if found[f"facet_{at}"]["sum_other_doc_count"] or len(counts) >= VALUES:
            sources = [{"value": {"terms": {"field": _field(fields, name)}}}]
            counts = {key["value"]: count for key, count in snapshot.composite(query, sources)}
        if name in PERIODS:
            step: Step = "year" if name == "year" else "month"
            counts = {period_label(unit, step): count for unit, count in counts.items()}
        facets[name] = shown_facet(fields, name, counts, limit, order)
    return facets


def histogram(snapshot: Snapshot, query: Json, by: Step) -> Histogram:
    """Return how many of the documents that ``query`` lets in each month or year has."""
    undated = {"missing": {"field": "first_day"}}
    periods = {"terms": {"field": by, "size": VALUES}}
    (answer,) = snapshot.search(
        {"size": 0, "track_total_hits": True, "query": query,
         "aggs": {"undated": undated, "periods": periods}}
    )  # fmt: skip
    found = answer["aggregations"]
    counts = {one["key"]: one["doc_count"] for one in found["periods"]["buckets"]}
    without = found["undated"]["doc_count"]
    several = answer["hits"]["total"]["value"] - without - sum(counts.values())
    return histogram_of(by, counts, several, without)


def _field(fields: FieldTable, name: str) -> str:
    return name if name in PERIODS else key_of(fields, name)
