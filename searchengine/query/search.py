"""Answering a request from one snapshot: match, score, boost, sort, cut, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchengine.index.records import day_number
from searchengine.index.schema import NO_DAY
from searchengine.index.snapshot import Snapshot
from searchengine.query import decay, rank
from searchengine.query.match import matching, prefix_terms
from searchengine.query.request import (
    RankedDocument,
    Ranking,
    ScoreParts,
    SearchRequest,
)
from searchengine.query.terms import PREFIX_WEIGHT, WeightedTerm, weighted_terms
from searchengine.query.tree import InTitle, Node, Prefix, Words, positive_nodes
from searchengine.text.analysis import FOLDED

#: A facet lists this many values at most, the commonest first.
FACET_VALUES = 20
FACETS = ("place", "source", "author", "term")


@dataclass(frozen=True, slots=True)
class _Scored:
    """``total``: float64[size]; ``candidates``: the document numbers that match, ascending."""

    total: NDArray[np.float64]
    factor: NDArray[np.float64] | None
    candidates: NDArray[np.intp]


def search(snapshot: Snapshot, request: SearchRequest) -> Ranking:
    """Return the ranking that ``request`` asks for."""
    terms = lookups(snapshot, request.root, marked=request.marked)
    scored = _score(snapshot, request, terms)
    wanted = request.offset + request.limit
    if request.sort == "date":
        order = _by_date(snapshot, scored)[:wanted]
    else:
        order = rank.best(scored.total, scored.candidates, wanted)
    chosen = order[request.offset :]
    return Ranking(
        total=len(scored.candidates),
        ranked=tuple(
            RankedDocument(snapshot.document(int(number)), float(scored.total[number]))
            for number in chosen
        ),
        facets=_facets(snapshot, scored.candidates) if request.facets else {},
        syllable_weights=_syllable_weights(snapshot, terms),
    )


def score_parts(snapshot: Snapshot, request: SearchRequest, number: int) -> ScoreParts:
    """Return every part of the score that document ``number`` has for ``request``."""
    terms = lookups(snapshot, request.root, marked=request.marked)
    scored = _score(snapshot, request, terms)
    return ScoreParts(
        score=float(scored.total[number]),
        date_factor=float(scored.factor[number]) if scored.factor is not None else 1.0,
        parts=tuple(rank.term_scores(snapshot, terms, number)),
        matches=bool(np.isin(number, scored.candidates)),
    )


def lookups(snapshot: Snapshot, root: Node, *, marked: bool) -> list[WeightedTerm]:
    """Return every look-up of a tree, with what its prefixes stand for in this snapshot."""
    terms = weighted_terms(root, marked=marked)
    for node in positive_nodes(root):
        inner = node.node if isinstance(node, InTitle) else node
        if isinstance(inner, Prefix):
            stream, found = prefix_terms(snapshot, inner.text, marked=marked)
            terms.extend(WeightedTerm(stream, term, PREFIX_WEIGHT) for term in found)
    return terms


def _score(snapshot: Snapshot, request: SearchRequest, terms: list[WeightedTerm]) -> _Scored:
    total = rank.scores(snapshot, terms)
    if isinstance(request.root, Words) and not request.root.every:
        candidates = np.flatnonzero(total)
    else:
        candidates = np.flatnonzero(matching(snapshot, request.root, marked=request.marked))
    factor = None
    if request.boost is not None:
        factor = date_factors(snapshot, request, request.boost)
        total *= factor
    return _Scored(total, factor, candidates)


def date_factors(
    snapshot: Snapshot, request: SearchRequest, boost: decay.DateBoost
) -> NDArray[np.float64]:
    """Return what each document's score is multiplied by for its date: float64[size]."""
    first, last = snapshot.days()
    origin = (day_number(request.origin[0]), day_number(request.origin[1]))
    return decay.factors(boost, first, last, snapshot.dated(), origin, day_number(request.today))


def _by_date(snapshot: Snapshot, scored: _Scored) -> NDArray[np.intp]:
    """Newest first, undated last, then by score."""
    chosen = scored.candidates
    _, last = snapshot.days()
    order = np.lexsort((chosen, -scored.total[chosen], -last[chosen].astype(np.int64)))
    ordered: NDArray[np.intp] = chosen[order]
    return ordered


def _facets(snapshot: Snapshot, candidates: NDArray[np.intp]) -> dict[str, dict[str, int]]:
    first, _ = snapshot.days()
    dated = first[candidates]
    dated = dated[dated != NO_DAY]
    years, counts = np.unique(_years(dated), return_counts=True)
    newest_first = sorted(zip(years.tolist(), counts.tolist(), strict=True), reverse=True)
    found = {"year": {str(year): count for year, count in newest_first}}
    for name in FACETS:
        facet = snapshot.facet(name)
        tally = np.bincount(facet.codes[candidates], minlength=len(facet.values))
        named = Counter({value: int(tally[code]) for code, value in enumerate(facet.values)})
        del named[""]
        found[name] = {value: n for value, n in named.most_common(FACET_VALUES) if n}
    return found


def _years(days: NDArray[np.int32]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _syllable_weights(snapshot: Snapshot, terms: Iterable[WeightedTerm]) -> dict[str, float]:
    return {
        term.term: rank.idf(snapshot.live_count, snapshot.document_frequency(FOLDED, term.term))
        for term in terms
        if term.stream == FOLDED
    }
