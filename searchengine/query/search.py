"""Answering a request from one snapshot: match, score, boost, sort, cut, count."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchengine.index.records import day_number
from searchengine.index.schema import FACETS, NO_DAY
from searchengine.index.snapshot import Snapshot
from searchengine.query import decay, rank
from searchengine.query.impacts import idf
from searchengine.query.match import Mask, matching, prefix_terms
from searchengine.query.request import RankedDocument, Ranking, ScoreParts, SearchRequest
from searchengine.query.scoring import Scorer
from searchengine.query.terms import PREFIX_WEIGHT, WeightedTerm, weighted_terms
from searchengine.query.tree import InTitle, Node, Prefix, Words, positive_nodes
from searchengine.text.analysis import FOLDED

#: A facet lists this many values at most, the commonest first.
FACET_VALUES = 20
#: Date factors of so many different origins are kept; most queries share today's.
KEPT_FACTORS = 8

Lookups = list[tuple[str, str, float]]


@dataclass(frozen=True, slots=True)
class _Factors:
    """What dates multiply scores by: ``exact`` float64[size], ``narrow`` the same in float32."""

    exact: NDArray[np.float64]
    narrow: NDArray[np.float32]


class Searcher:
    """Answers requests from one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.scorer = Scorer(snapshot)
        self._lock = threading.Lock()
        self._factors: OrderedDict[object, _Factors] = OrderedDict()

    def search(self, request: SearchRequest) -> Ranking:
        """Return the ranking that ``request`` asks for."""
        terms = self._terms(request.root, marked=request.marked)
        query = [(term.stream, term.term, term.weight) for term in terms]
        mask = self._mask(request)
        factors = self._date_factors(request)
        wanted = request.offset + request.limit
        if request.sort == "date":
            matched = self._matched(query, mask)
            total = int(np.count_nonzero(matched))
            order = self._by_date(query, matched)[:wanted]
        else:
            boost = factors.narrow if factors else None
            top = self.scorer.top(query, wanted, mask, boost, count=mask is None)
            total = (top.total or 0) if mask is None else int(np.count_nonzero(mask))
            order = top.docs if mask is None else _filled(top.docs, mask, wanted)
        chosen = order[request.offset :]
        scores = rank.exact_scores(self.snapshot, self.scorer.impacts, query, chosen)
        if factors:
            scores *= factors.exact[chosen]
        return Ranking(
            total=total,
            ranked=tuple(
                RankedDocument(self.snapshot.document(number), score)
                for number, score in zip(chosen.tolist(), scores.tolist(), strict=True)
            ),
            facets=self._facets(self._matched(query, mask)) if request.facets else {},
            syllable_weights=self._syllable_weights(terms) if request.snippets else {},
        )

    def score_parts(self, request: SearchRequest, number: int) -> ScoreParts:
        """Return every part of the score that document ``number`` has for ``request``."""
        terms = self._terms(request.root, marked=request.marked)
        parts = tuple(rank.term_scores(self.snapshot, terms, number))
        mask = self._mask(request)
        factors = self._date_factors(request)
        factor = float(factors.exact[number]) if factors else 1.0
        return ScoreParts(
            score=sum(part.score for part in parts) * factor,
            date_factor=factor,
            parts=parts,
            matches=bool(parts) if mask is None else bool(mask[number]),
        )

    def _terms(self, root: Node, *, marked: bool) -> list[WeightedTerm]:
        """Every look-up of a tree, with what its prefixes stand for in this snapshot."""
        terms = list(weighted_terms(root, marked=marked))
        for node in positive_nodes(root):
            inner = node.node if isinstance(node, InTitle) else node
            if isinstance(inner, Prefix):
                stream, found = prefix_terms(self.snapshot, inner.text, marked=marked)
                terms.extend(WeightedTerm(stream, term, PREFIX_WEIGHT) for term in found)
        return terms

    def _mask(self, request: SearchRequest) -> Mask | None:
        """Which documents match; None where that is just those with a score."""
        if isinstance(request.root, Words) and not request.root.every:
            return None
        return matching(self.snapshot, request.root, marked=request.marked)

    def _matched(self, query: Lookups, mask: Mask | None) -> Mask:
        if mask is not None:
            return mask
        return self.scorer.matching([[(stream, term) for stream, term, _ in query]], 1)

    def _date_factors(self, request: SearchRequest) -> _Factors | None:
        if request.boost is None:
            return None
        key = (request.boost, request.origin, request.today)
        with self._lock:
            found = self._factors.get(key)
            if found is not None:
                self._factors.move_to_end(key)
                return found
        first, last = self.snapshot.days()
        origin = day_number(request.origin[0]), day_number(request.origin[1])
        today = day_number(request.today)
        exact = decay.factors(request.boost, first, last, self.snapshot.dated(), origin, today)
        found = _Factors(exact, exact.astype(np.float32))
        with self._lock:
            self._factors[key] = found
            if len(self._factors) > KEPT_FACTORS:
                self._factors.popitem(last=False)
        return found

    def _by_date(self, query: Lookups, matched: Mask) -> NDArray[np.int64]:
        """Newest first, undated last, then by score."""
        chosen = np.flatnonzero(matched)
        _, last = self.snapshot.days()
        scores = self.scorer.scores(query, chosen)
        order = np.lexsort((chosen, -scores, -last[chosen].astype(np.int64)))
        ordered: NDArray[np.int64] = chosen[order]
        return ordered

    def _facets(self, matched: Mask) -> dict[str, dict[str, int]]:
        first, _ = self.snapshot.days()
        dated = first[matched & (first != NO_DAY)]
        years = Counter(_years(dated).tolist())
        found = {"year": {str(year): years[year] for year in sorted(years, reverse=True)}}
        for name in FACETS:
            facet = self.snapshot.facet(name)
            tally = np.bincount(facet.codes[matched], minlength=len(facet.values))
            tally[0] = 0
            codes = np.flatnonzero(tally).tolist()
            named = Counter({facet.values[code]: int(tally[code]) for code in codes})
            found[name] = dict(named.most_common(FACET_VALUES))
        return found

    def _syllable_weights(self, terms: list[WeightedTerm]) -> dict[str, float]:
        count = self.snapshot.live_count
        return {
            term.term: idf(count, self.scorer.document_frequency(FOLDED, term.term))
            for term in terms
            if term.stream == FOLDED
        }


def _filled(docs: NDArray[np.int64], mask: Mask, wanted: int) -> NDArray[np.int64]:
    """Matching documents without a score follow those with one, by number."""
    if len(docs) >= wanted:
        return docs
    others = np.flatnonzero(mask)
    others = others[~np.isin(others, docs)]
    return np.concatenate([docs, others[: wanted - len(docs)]])


def _years(days: NDArray[np.int32]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
