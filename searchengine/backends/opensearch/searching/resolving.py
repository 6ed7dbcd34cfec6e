"""A plan as one commit answers it: which alternative, which documents match, which in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

from searchengine.backends.near_duplicates import LOOK_AHEAD
from searchengine.backends.opensearch.records import is_of_terms
from searchengine.backends.opensearch.searching.bands import (
    added,
    can_be_joined,
    distinct,
    expected,
    joined,
    most_with,
    terms_in,
    thresholds,
)
from searchengine.backends.opensearch.searching.facets import (
    facet_aggregations,
    facet_fields,
    in_documents,
)
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
from searchengine.backends.opensearch.searching.windows import (
    Hit,
    Windows,
    first_window,
    window_size,
)
from searchengine.backends.opensearch.snapshot import Snapshot
from searchengine.backends.scores import Corpus, date_factor
from searchengine.backends.values import SCORE, Coverage, FacetSpec, FieldTerm, Idea, Plan, Sort
from searchengine.errors import InputError

Json = dict[str, Any]

#: A plan has so many ideas at most: the cluster tells sets of ideas as one number.
MAX_IDEAS = 24
#: So many sets of ideas are told apart.
_SETS = 60_000
#: How many shares a document reaches.
_LEVEL = """
int reached = 0;
for (double least : params.least) { if (_score.doubleValue() >= least) { reached++; } }
return reached;
"""
#: How the names of the first searches begin.
_FIRST = "first"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a plan is in one commit.

    ``full`` and ``partial`` let in what matches in full and in part, ``partial`` is None where
    nothing can; about ``expected`` documents match in full, filters aside. ``best`` are those of
    the highest scores, where they match in full whatever they have. ``totals`` say how many
    documents match in full and in part, where that is known, ``counted`` their facets. ``first``
    are the answers to the searches for what comes first, where these could be asked for before all
    of this was known. ``bands`` part what matches where it is not known yet what does so in full.
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
    counted: Json | None = None
    first: tuple[Json, ...] = ()
    bands: tuple[Matching, ...] = ()

    @property
    def is_few(self) -> bool:
        """Whether those that match in full may not be all that are wanted."""
        return bool(self.bands) or self.expected < _wanted(self.plan)


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
    asked = tuple(answer for name, answer in answers.items() if name.startswith(_FIRST))
    if guess is None or not asked:
        return resolved
    if guess.bands and plan.coverage is not None:
        return _with_bands(snapshot, resolved, guess, plan.coverage, asked)
    same = _first_of(guess) == _first_of(resolved)
    return replace(resolved, first=asked) if same else resolved


def _with_bands(
    snapshot: Snapshot,
    resolved: Resolved,
    guess: Resolved,
    coverage: Coverage,
    answers: Sequence[Json],
) -> Resolved:
    """What a plan is, with what comes first of what was asked for in bands."""
    if resolved.absent != guess.absent or resolved.partial is None:
        return resolved
    present = [at for at in range(len(coverage.ideas)) if at not in guess.absent]
    places = distinct(coverage, present, thresholds(coverage, present))
    full = 1 + places.index(coverage.shares.index(resolved.share))
    size = first_window(guess.plan, guess.corpus)
    parts = (joined(guess.plan, one, size) for one in (answers[:full], answers[full:]))
    return replace(resolved, first=tuple(parts), bands=guess.bands)


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
    counts = _most_with_each(snapshot, coverage)
    present = [at for at, count in enumerate(counts) if count]
    absent = tuple(at for at, count in enumerate(counts) if not count)
    least = thresholds(coverage, present)
    if not present:
        return replace(guess, absent=absent)
    if least[-1] <= 0:
        return None
    places = distinct(coverage, present, least)
    enough = [enough_filter(coverage, present, least[at], snapshot.fields) for at in places]
    documents = snapshot.numbers.documents
    few = plan.filters or expected([counts[at] for at in present], documents) < _wanted(plan)
    bands: tuple[Matching, ...] = ()
    if few and can_be_joined(plan):
        bands = (
            found.also(enough[0]),
            *(found.also(one, none_of([before])) for before, one in pairwise(enough)),
            found.also(none_of([enough[-1]])),
        )
    return replace(
        guess,
        full=found.also(enough[0]),
        partial=found.also(none_of([enough[0]])),
        expected=documents,
        absent=absent,
        bands=bands,
    )


def _wanted(plan: Plan) -> int:
    """How many documents are looked at at least, if there are so many."""
    return plan.offset + plan.limit + LOOK_AHEAD


def _most_with_each(snapshot: Snapshot, coverage: Coverage) -> list[int]:
    """How many documents have each idea at most, as far as that is known."""
    terms = [term for idea in coverage.ideas for term in terms_in(idea.query)]
    known = snapshot.known(terms)
    return [most_with(one.query, known, snapshot.numbers.documents) for one in coverage.ideas]


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
        shown = plan.sort.field == SCORE
        search = windows.search(matching(plan, snapshot.fields), size, Sort(), documents=shown)
        if plan.facets and shown:
            fields = facet_fields(snapshot.fields, plan.facets.names)
            search["docvalue_fields"] = [*search.get("docvalue_fields", ()), *fields]
            asked["levels"] = _levels_search(snapshot, plan, plan.coverage, plan.facets)
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


def _levels_search(snapshot: Snapshot, plan: Plan, coverage: Coverage, facets: FacetSpec) -> Json:
    """The search that counts facets apart for documents that reach one share of the ideas, two…"""
    counts = _most_with_each(snapshot, coverage)
    present = [at for at, count in enumerate(counts) if count]
    ideas = [coverage.ideas[at] for at in present]
    query = weighed(ideas, [idea.weight for idea in ideas], snapshot.fields)
    query["bool"]["filter"] = [matching(plan, snapshot.fields).filter]
    script = {"source": _LEVEL, "params": {"least": thresholds(coverage, present)}}
    levels = {"script": script, "value_type": "long", "size": len(coverage.shares) + 1}
    aggregations = facet_aggregations(snapshot.fields, facets.names)
    return {
        "size": 0,
        "track_total_hits": False,
        "query": query,
        "aggs": {"levels": {"terms": levels, "aggs": aggregations}},
    }


def _counted(
    snapshot: Snapshot, resolved: Resolved, answers: Mapping[str, Json], beside: Sequence[Hit]
) -> Json | None:
    """The facets of what matches in full: of what has enough of the ideas, and of hits ``beside``.

    None where they were not asked for, or not for these ideas.
    """
    plan, coverage = resolved.plan, resolved.plan.coverage
    if "levels" not in answers or plan.facets is None or coverage is None:
        return None
    absent = tuple(at for at, one in enumerate(_most_with_each(snapshot, coverage)) if not one)
    if absent != resolved.absent or not all(hit.kept for hit in beside):
        return None
    least = len(coverage.shares) - coverage.shares.index(resolved.share)
    buckets = answers["levels"]["aggregations"]["levels"]["buckets"]
    reached = [one for one in buckets if int(one["key"]) >= least]
    names = plan.facets.names
    facets = [
        {name: one[name] for name in facet_aggregations(snapshot.fields, names)} for one in reached
    ]
    return added([*facets, in_documents(snapshot.fields, names, [hit.fields for hit in beside])])


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
    least = thresholds(coverage, present)[coverage.shares.index(share)]
    if least <= 0:
        return replace(resolved, expected=reached, share=share)
    enough = enough_filter(coverage, present, least, snapshot.fields)
    best: Sequence[Hit] = ()
    totals, counted_facets = None, None
    if "best" in answers:
        found = answers["best"]["hits"]
        best = _best(snapshot, resolved, coverage.best, found["hits"])
        ideas = [coverage.ideas[at] for at in present]
        if all(is_of_terms(idea.query) for idea in ideas):
            within = _sets(counted.get("within", counted))
            full = sum(count for weight, count in _weighed(within, weights) if weight >= least)
            beside = [hit for hit in best if _weight_in(hit, ideas) < least]
            full += len(beside)
            totals = (full, found["total"]["value"] - full)
            counted_facets = _counted(snapshot, replace(resolved, share=share), answers, beside)
        enough = any_of([enough, {"terms": {"seq": [hit.seq for hit in best]}}])
    return replace(
        resolved,
        full=resolved.matching.also(enough),
        partial=resolved.matching.also(none_of([enough])),
        expected=max(reached, len(best)),
        share=share,
        best=tuple(best),
        totals=totals,
        counted=counted_facets,
    )


def _share(
    coverage: Coverage, weights: Mapping[int, float], sets: Mapping[int, int], documents: int
) -> tuple[float, int]:
    """The share that is asked for, and how many documents reach it."""
    counts: list[int] = []
    weighed_sets = _weighed(sets, weights)
    for least in thresholds(coverage, list(weights)):
        reached = sum(count for weight, count in weighed_sets if weight >= least)
        counts.append(reached if least > 0 else documents)
        if counts[-1] >= coverage.enough:
            break
    # What adds no document asks for no less.
    return coverage.shares[counts.index(counts[-1])], counts[-1]


def _weighed(sets: Mapping[int, int], weights: Mapping[int, float]) -> list[tuple[float, int]]:
    """The weight of each set of ideas, and how many documents have it."""
    bits = [(1 << at, weight) for at, weight in weights.items()]
    return [
        (sum([weight for bit, weight in bits if ideas & bit]), count)
        for ideas, count in sets.items()
    ]


def _best(snapshot: Snapshot, resolved: Resolved, count: int, first: Sequence[Json]) -> list[Hit]:
    """The documents with the highest scores, whatever they have; ``first`` are those found."""
    windows = Windows(snapshot, resolved.plan, resolved.corpus)
    ranked = windows.by_score(resolved.matching, first, window_size(count), Sort())
    return [hit for hit in islice(ranked, count) if hit.score > 0]


def _weight_in(hit: Hit, ideas: Sequence[Idea]) -> float:
    """The weight of the ideas that a document has."""
    return sum(idea.weight for idea in ideas if hit.tokens and hit.tokens.holds(idea.query))
