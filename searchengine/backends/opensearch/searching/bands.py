"""Bands: what matches, parted by the share of a plan's ideas that it has.

Which share is asked for is known once documents are counted. Where few may have everything, each
band is asked for what comes first in it, and bands are joined once that is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from searchengine.backends.opensearch.searching.facets import VALUES
from searchengine.backends.values import (
    DATE,
    SCORE,
    AllOf,
    AnyOf,
    Coverage,
    FieldTerm,
    PhraseQuery,
    Plan,
    Query,
    TermQuery,
)

Json = dict[str, Any]

#: Shares are sums: so much less than what is asked for is enough.
SLACK = 1e-4
#: Of more ideas sets are too many to be told apart here.
_FEW = 6
#: Documents with an idea have each other one so many times as often as chance has it, as a power
#: of their share.
_TOGETHER = 0.5


def thresholds(coverage: Coverage, present: Iterable[int]) -> list[float]:
    """Return the weight that each share asks for where just the ideas ``present`` are there are."""
    whole = sum(coverage.ideas[at].weight for at in present)
    return [(share - SLACK) * whole for share in coverage.shares]


def distinct(coverage: Coverage, present: Sequence[int], least: Sequence[float]) -> list[int]:
    """Return the places of the thresholds that let more in than those before."""
    if len(present) > _FEW:
        return list(range(len(least)))
    weights = [coverage.ideas[at].weight for at in present]
    sums = [
        sum(weight for at, weight in enumerate(weights) if one >> at & 1)
        for one in range(1 << len(weights))
    ]
    found: dict[int, int] = {}
    for at, each in enumerate(least):
        found.setdefault(sum(one >= each for one in sums), at)
    return list(found.values())


def most_with(query: Query, known: Mapping[FieldTerm, int], documents: int) -> int:
    """Return how many documents match ``query`` at most, as frequencies say that are known."""
    if isinstance(query, (TermQuery, PhraseQuery)):
        return known.get(FieldTerm(query.field, query.term), documents)
    if isinstance(query, AllOf):
        return min([most_with(one, known, documents) for one in query.queries], default=documents)
    if isinstance(query, AnyOf):
        return min(documents, sum(most_with(one, known, documents) for one in query.queries))
    return documents


def terms_in(query: Query) -> list[FieldTerm]:
    """Return the terms that :func:`most_with` asks for."""
    if isinstance(query, (TermQuery, PhraseQuery)):
        return [FieldTerm(query.field, query.term)]
    if isinstance(query, (AllOf, AnyOf)):
        return [term for one in query.queries for term in terms_in(one)]
    return []


def expected(counts: Sequence[int], documents: int) -> int:
    """Return about how many documents have all ideas, of which so many have each."""
    if not counts or not documents:
        return documents
    first, *others = sorted(counts)
    found = float(first)
    for one in others:
        found *= (one / documents) ** _TOGETHER
    return int(found)


def can_be_joined(plan: Plan) -> bool:
    """Return whether the first hits of bands can be put in one order."""
    return plan.sort.field in (SCORE, DATE)


def joined(plan: Plan, answers: Sequence[Json], size: int) -> Json:
    """Return the answer to a search for the first ``size`` of several bands, of theirs."""
    hits = [hit for one in answers for hit in one["hits"]["hits"]]
    # By what decides last first: sorting keeps the order of what is equal.
    hits.sort(key=lambda hit: hit["sort"][-1])
    hits.sort(key=lambda hit: -(hit["sort"][-2] or 0.0))
    if plan.sort.field != SCORE:
        hits.sort(key=lambda hit: hit["sort"][0], reverse=plan.sort.descending)
    total = sum(one["hits"]["total"]["value"] for one in answers)
    aggregations = (
        {"aggregations": added([one["aggregations"] for one in answers])}
        if (answers and all("aggregations" in one for one in answers))
        else {}
    )
    return {"hits": {"total": {"value": total}, "hits": hits[:size]}, **aggregations}


def added(counted: Sequence[Json]) -> Json:
    """Return the sum of what was counted for facets in several bands.

    Where some count leaves values out, so does what is returned.
    """
    counts: dict[str, Counter[Any]] = defaultdict(Counter)
    left_out: Counter[str] = Counter()
    for one in counted:
        for name, facet in one.items():
            for bucket in facet["buckets"]:
                counts[name][bucket["key"]] += bucket["doc_count"]
            whole = len(facet["buckets"]) < VALUES
            left_out[name] += facet["sum_other_doc_count"] + (0 if whole else 1)
    return {
        name: {
            "buckets": [{"key": key, "doc_count": count} for key, count in counts[name].items()],
            "sum_other_doc_count": left_out[name],
        }
        for name in left_out
    }
