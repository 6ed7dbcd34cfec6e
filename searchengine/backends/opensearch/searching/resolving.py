"""A plan as one commit answers it: which alternative, which documents match, which in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from searchengine.backends.opensearch.searching.queries import (
    ALL,
    all_of,
    any_of,
    enough_filter,
    filter_of,
    holding_filter,
    none_of,
    weighed,
    words_of_phrases,
)
from searchengine.backends.opensearch.searching.windows import Hit, Windows, window_size
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.scores import Corpus, date_factor
from searchengine.backends.values import Coverage, FieldTerm, Plan, Sort
from searchengine.errors import InputError

Json = dict[str, Any]

#: Shares are sums: so much less than what is asked for is enough.
SLACK = 1e-4
#: A plan has so many ideas at most: the cluster tells sets of ideas as one number.
MAX_IDEAS = 24
#: So many sets of ideas are told apart.
_SETS = 60_000


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a plan is in one commit.

    ``full`` and ``partial`` let in what matches in full and in part, ``partial`` is None where
    nothing can; about ``expected`` documents match in full, filters aside. ``best`` are those of
    the highest scores, where they match in full whatever they have.
    """

    plan: Plan
    corpus: Corpus
    matching: Json
    full: Json
    otherwise: bool
    partial: Json | None = None
    expected: int = 0
    share: float = 1.0
    absent: tuple[int, ...] = ()
    best: tuple[Hit, ...] = ()


def resolve(snapshot: Snapshot, plan: Plan) -> Resolved:
    """Return what ``plan`` is in the commit of ``snapshot``."""
    otherwise = False
    while True:
        match = (
            holding_filter(plan.score)
            if plan.match is None
            else filter_of(plan.match, snapshot.fields)
        )
        answers = _asked(snapshot, plan, match)
        if plan.otherwise is None or answers["any"]["hits"]["total"]["value"]:
            break
        plan, otherwise = plan.otherwise, True
    filters = [filter_of(one, snapshot.fields) for one in plan.filters]
    matching = all_of([match, *filters])
    resolved = Resolved(plan, _corpus(snapshot, plan), matching, matching, otherwise)
    if plan.coverage is None:
        return resolved
    return _covered(snapshot, resolved, plan.coverage, _sets(answers["sets"]))


def _asked(snapshot: Snapshot, plan: Plan, match: Json) -> Mapping[str, Json]:
    """What has to be known of a plan before it is ranked, asked for at once."""
    terms = [FieldTerm(one.field, one.term) for one in plan.score]
    unknown = snapshot.unknown([*terms, *words_of_phrases(plan.score)])
    asked: dict[str, Json] = {}
    if unknown:
        asked["terms"] = snapshot.frequency_search(unknown)
    if plan.otherwise is not None:
        one = {"size": 0, "terminate_after": 1, "track_total_hits": 1}
        asked["any"] = {**one, "query": match}
    if plan.coverage:
        asked["sets"] = _sets_search(snapshot, plan, plan.coverage)
    answers = dict(zip(asked, snapshot.search(*asked.values()), strict=True)) if asked else {}
    if unknown:
        snapshot.learn(unknown, answers["terms"])
    return answers


def _corpus(snapshot: Snapshot, plan: Plan) -> Corpus:
    undated = 1.0
    if plan.decay and snapshot.numbers.dated:
        total = sum(
            count * date_factor(plan.decay, days) for days, count in snapshot.dates().items()
        )
        undated = total / snapshot.numbers.dated
    frequencies = snapshot.frequencies([FieldTerm(one.field, one.term) for one in plan.score])
    return Corpus(snapshot.numbers.documents, frequencies, snapshot.mean_lengths, undated)


def _sets_search(snapshot: Snapshot, plan: Plan, coverage: Coverage) -> Json:
    """The search that counts the documents of each set of ideas.

    A set is the number whose digits, in twos, say which ideas are in it.
    """
    if len(coverage.ideas) > MAX_IDEAS:
        raise InputError(f"a plan has {MAX_IDEAS} ideas at most here: leave some out")
    numbers = [float(1 << at) for at in range(len(coverage.ideas))]
    query = weighed(coverage.ideas, numbers, snapshot.fields)
    if plan.match is not None:
        query["bool"]["filter"] = [filter_of(plan.match, snapshot.fields)]
    sets = {"script": {"source": "_score.intValue()"}, "value_type": "long", "size": _SETS}
    counted = {"sets": {"terms": sets}}
    return {"size": 0, "track_total_hits": False, "query": query, "aggs": counted}


def _sets(answer: Json) -> dict[int, int]:
    buckets = answer["aggregations"]["sets"]["buckets"]
    return {int(bucket["key"]): bucket["doc_count"] for bucket in buckets}


def _covered(
    snapshot: Snapshot, resolved: Resolved, coverage: Coverage, sets: Mapping[int, int]
) -> Resolved:
    """The plan with which documents have enough of its ideas."""
    every = range(len(coverage.ideas))
    present = [at for at in every if any(one >> at & 1 for one in sets)]
    resolved = replace(resolved, absent=tuple(at for at in every if at not in present))
    if not present:
        return resolved
    whole = sum(coverage.ideas[at].weight for at in present)
    share, reached = _share(coverage, present, sets, snapshot.numbers.documents)
    enough = enough_filter(coverage, present, (share - SLACK) * whole, snapshot.fields)
    best: Sequence[Hit] = ()
    if coverage.best and enough != ALL and resolved.plan.score:
        best = _best(snapshot, resolved, coverage.best)
        enough = any_of([enough, {"terms": {"seq": [hit.seq for hit in best]}}])
    partial = None if enough == ALL else all_of([resolved.matching, none_of([enough])])
    return replace(
        resolved,
        full=all_of([resolved.matching, enough]),
        partial=partial,
        expected=max(reached, len(best)),
        share=share,
        best=tuple(best),
    )


def _share(
    coverage: Coverage, present: Sequence[int], sets: Mapping[int, int], documents: int
) -> tuple[float, int]:
    """The share that is asked for, and how many documents reach it."""
    weights = {
        one: sum(coverage.ideas[at].weight for at in present if one >> at & 1) for one in sets
    }
    whole = sum(coverage.ideas[at].weight for at in present)
    counts: list[int] = []
    for share in coverage.shares:
        least = (share - SLACK) * whole
        reached = sum(sets[one] for one, weight in weights.items() if weight >= least)
        counts.append(reached if least > 0 else documents)
        if counts[-1] >= coverage.enough:
            break
    # What adds no document asks for no less.
    return coverage.shares[counts.index(counts[-1])], counts[-1]


def _best(snapshot: Snapshot, resolved: Resolved, count: int) -> list[Hit]:
    """The documents with the highest scores, whatever they have."""
    windows = Windows(snapshot, resolved.plan, resolved.corpus)
    size = window_size(count)
    search = windows.search(resolved.matching, size, Sort())
    (answer,) = snapshot.search({**search, "track_total_hits": False})
    ranked = windows.by_score(resolved.matching, answer["hits"]["hits"], size, Sort())
    return [hit for hit in islice(ranked, count) if hit.score > 0]
