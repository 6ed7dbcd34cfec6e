"""A plan as one commit answers it: which alternative, which documents match, which in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from searchengine.backends.near_duplicates import LOOK_AHEAD
from searchengine.backends.opensearch.records import is_of_terms
from searchengine.backends.opensearch.searching.queries import (
    Matching,
    all_of,
    any_of,
    enough_filter,
    filter_of,
    matching,
    none_of,
    weighed,
    weighed_by_rarity,
    words_of_phrases,
)
from searchengine.backends.opensearch.searching.windows import Hit, Windows, window_size
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.scores import Corpus, date_factor
from searchengine.backends.values import SCORE, Coverage, FieldTerm, Idea, Plan, Sort
from searchengine.errors import InputError

Json = dict[str, Any]

#: Shares are sums: so much less than what is asked for is enough.
SLACK = 1e-4
#: A plan has so many ideas at most: the cluster tells sets of ideas as one number.
MAX_IDEAS = 24
#: So many sets of ideas are told apart.
_SETS = 60_000
#: How the names of the first searches begin.
_FIRST = "first"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a plan is in one commit.

    ``full`` and ``partial`` let in what matches in full and in part, ``partial`` is None where
    nothing can; about ``expected`` documents match in full, filters aside. ``best`` are those of
    the highest scores, where they match in full whatever they have. ``totals`` say how many
    documents match in full and in part, where that is known. ``first`` are the answers to the
    searches for what comes first, where these could be asked for before all of this was known.
    """

    plan: Plan
    corpus: Corpus
    matching: Matching
    full: Matching
    otherwise: bool
    partial: Matching | None = None
    expected: int = 0
    share: float = 1.0
    absent: tuple[int, ...] = ()
    best: tuple[Hit, ...] = ()
    totals: tuple[int, int] | None = None
    first: tuple[Json, ...] = ()

    @property
    def is_few(self) -> bool:
        """Whether those that match in full may not be all that are wanted."""
        return self.expected < self.plan.offset + self.plan.limit + LOOK_AHEAD


def resolve(
    snapshot: Snapshot, plan: Plan, first: Callable[[Resolved], Sequence[Json]] = lambda _: ()
) -> Resolved:
    """Return what ``plan`` is in the commit of ``snapshot``.

    ``first`` says which searches will be asked for what that is.
    """
    otherwise = False
    while True:
        guess = _guessed(snapshot, plan)
        answers = _asked(snapshot, plan, first(guess) if guess else ())
        if plan.otherwise is None or answers["any"]["hits"]["total"]["value"]:
            break
        plan, otherwise = plan.otherwise, True
    found = matching(plan, snapshot.fields)
    resolved = Resolved(plan, _corpus(snapshot, plan), found, found, otherwise)
    if plan.coverage is not None:
        resolved = _covered(snapshot, resolved, plan.coverage, answers)
    if guess is None or _first_of(guess) != _first_of(resolved):
        return resolved
    asked = (answer for name, answer in answers.items() if name.startswith(_FIRST))
    return replace(resolved, first=tuple(asked))


def _guessed(snapshot: Snapshot, plan: Plan) -> Resolved | None:
    """What a plan most likely is: many documents have all of its ideas.

    None where that cannot be told, or not be ranked, before more is known.
    """
    coverage = plan.coverage
    needed = [*weighed_by_rarity(plan.score), *words_of_phrases(plan.score)]
    if _has_best(plan) or len(snapshot.known(needed)) < len(set(needed)):
        return None
    found = matching(plan, snapshot.fields)
    guess = Resolved(plan, _corpus(snapshot, plan), found, found, False)
    if coverage is None:
        return guess
    weights = [idea.weight for idea in coverage.ideas]
    least = (coverage.shares[0] - SLACK) * sum(weights)
    enough = enough_filter(coverage, range(len(weights)), least, snapshot.fields)
    return replace(
        guess,
        full=found.also(enough),
        partial=found.also(none_of([enough])),
        expected=snapshot.numbers.documents,
    )


def _first_of(resolved: Resolved) -> tuple[Any, ...]:
    """What decides over the first searches."""
    return resolved.full, resolved.partial, resolved.is_few


def _has_best(plan: Plan) -> bool:
    return plan.coverage is not None and plan.coverage.best > 0 and bool(plan.score)


def _asked(snapshot: Snapshot, plan: Plan, first: Sequence[Json]) -> Mapping[str, Json]:
    """What has to be known of a plan before it is ranked, and the ``first`` searches for what it
    may be, asked for at once."""
    best = _has_best(plan)
    if best:
        # By these the cluster weighs what it finds.
        snapshot.frequencies([*weighed_by_rarity(plan.score), *words_of_phrases(plan.score)])
    terms = [FieldTerm(one.field, one.term) for one in plan.score]
    asked: dict[str, Json] = {}
    if plan.otherwise is not None:
        one = {"size": 0, "terminate_after": 1, "track_total_hits": 1}
        asked["any"] = {**one, "query": matching(plan, snapshot.fields, filtered=False).filter}
    if plan.coverage:
        asked["sets"] = _sets_search(snapshot, plan, plan.coverage)
    if plan.coverage and best:
        windows = Windows(snapshot, plan, _corpus(snapshot, plan))
        size = window_size(plan.coverage.best)
        # Where nothing else is asked for, what is shown need not be.
        shown = plan.facets is None and plan.sort.field == SCORE
        search = windows.search(matching(plan, snapshot.fields), size, Sort(), documents=shown)
        asked["best"] = {**search, "track_total_hits": True}
    asked.update((f"{_FIRST}{at}", one) for at, one in enumerate(first))
    answers = snapshot.learn([*terms, *words_of_phrases(plan.score)], *asked.values())
    return dict(zip(asked, answers, strict=True))


def _corpus(snapshot: Snapshot, plan: Plan) -> Corpus:
    undated = 1.0
    if plan.decay and snapshot.numbers.dated:
        total = sum(
            count * date_factor(plan.decay, days) for days, count in snapshot.dates().items()
        )
        undated = total / snapshot.numbers.dated
    frequencies = snapshot.known([FieldTerm(one.field, one.term) for one in plan.score])
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
    script = {"source": "_score.intValue()"}
    sets: Json = {"sets": {"terms": {"script": script, "value_type": "long", "size": _SETS}}}
    if plan.filters:
        within = all_of(filter_of(one, snapshot.fields) for one in plan.filters)
        sets["within"] = {"filter": within, "aggs": dict(sets)}
    return {"size": 0, "track_total_hits": False, "query": query, "aggs": sets}


def _sets(aggregations: Json) -> dict[int, int]:
    return {int(one["key"]): one["doc_count"] for one in aggregations["sets"]["buckets"]}


def _covered(
    snapshot: Snapshot, resolved: Resolved, coverage: Coverage, answers: Mapping[str, Json]
) -> Resolved:
    """The plan with which documents have enough of its ideas."""
    counted = answers["sets"]["aggregations"]
    sets = _sets(counted)
    every = range(len(coverage.ideas))
    present = [at for at in every if any(one >> at & 1 for one in sets)]
    resolved = replace(resolved, absent=tuple(at for at in every if at not in present))
    if not present:
        return resolved
    weights = {at: coverage.ideas[at].weight for at in present}
    share, reached = _share(coverage, weights, sets, snapshot.numbers.documents)
    least = (share - SLACK) * sum(weights.values())
    if least <= 0:
        return replace(resolved, expected=reached, share=share)
    enough = enough_filter(coverage, present, least, snapshot.fields)
    best: Sequence[Hit] = ()
    totals = None
    if "best" in answers:
        found = answers["best"]["hits"]
        best = _best(snapshot, resolved, coverage.best, found["hits"])
        ideas = [coverage.ideas[at] for at in present]
        if all(is_of_terms(idea.query) for idea in ideas):
            within = _sets(counted.get("within", counted))
            full = sum(count for one, count in within.items() if _weight(one, weights) >= least)
            full += sum(_weight_in(hit, ideas) < least for hit in best)
            totals = (full, found["total"]["value"] - full)
        enough = any_of([enough, {"terms": {"seq": [hit.seq for hit in best]}}])
    return replace(
        resolved,
        full=resolved.matching.also(enough),
        partial=resolved.matching.also(none_of([enough])),
        expected=max(reached, len(best)),
        share=share,
        best=tuple(best),
        totals=totals,
    )


def _share(
    coverage: Coverage, weights: Mapping[int, float], sets: Mapping[int, int], documents: int
) -> tuple[float, int]:
    """The share that is asked for, and how many documents reach it."""
    whole = sum(weights.values())
    counts: list[int] = []
    for share in coverage.shares:
        least = (share - SLACK) * whole
        reached = sum(count for one, count in sets.items() if _weight(one, weights) >= least)
        counts.append(reached if least > 0 else documents)
        if counts[-1] >= coverage.enough:
            break
    # What adds no document asks for no less.
    return coverage.shares[counts.index(counts[-1])], counts[-1]


def _weight(ideas: int, weights: Mapping[int, float]) -> float:
    """The weight of a set of ideas."""
    return sum(weight for at, weight in weights.items() if ideas >> at & 1)


def _best(snapshot: Snapshot, resolved: Resolved, count: int, first: Sequence[Json]) -> list[Hit]:
    """The documents with the highest scores, whatever they have; ``first`` are those found."""
    windows = Windows(snapshot, resolved.plan, resolved.corpus)
    ranked = windows.by_score(resolved.matching, first, window_size(count), Sort())
    return [hit for hit in islice(ranked, count) if hit.score > 0]


def _weight_in(hit: Hit, ideas: Sequence[Idea]) -> float:
    """The weight of the ideas that a document has."""
    return sum(idea.weight for idea in ideas if hit.tokens and hit.tokens.holds(idea.query))
