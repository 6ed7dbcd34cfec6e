"""Scoring every document of a small index at once.

A term's impacts are what it gives each document that holds it, with weight 1. Where documents are
few, adding all impacts of all terms is quicker than finding out which documents need them. They
depend on the statistics of a whole commit, so they are kept for one commit only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import Cache
from searchengine.backends.embedded.scoring.term_cache import DenseRow, Key
from searchengine.backends.embedded.scoring.term_store import TermStore, saturated
from searchengine.backends.forms import ideas_of
from searchengine.backends.values import ScoringTerm
from searchengine.deadline import check_time

#: Up to so many documents: the median query takes 0.34 to 0.42 of the time of ``Scorer``'s other
#: way at 10,000 documents, 0.6 to 0.75 at 30,000. Here a term's values take as much memory as its
#: row does at 100,000.
SMALL_INDEX = 1 << 14


class _Impacts(NamedTuple):
    """``values``: float32[n], for ``docs``: intp[n], ascending; None where n is all documents."""

    docs: NDArray[np.intp] | None
    values: NDArray[np.float32]


class ImpactScorer:
    """Adds the impacts of a commit's terms; safe for any number of threads."""

    def __init__(self, term_store: TermStore, size: int) -> None:
        """Score all ``size`` documents of ``term_store``, keeping impacts in its budget."""
        self._term_store = term_store
        self._size = size
        self._kept: Cache[Key, _Impacts] = Cache(term_store.budget, "impacts")

    def scores(self, query: Sequence[ScoringTerm]) -> NDArray[np.float32]:
        """Return the score of every document: float32[size], 0 for those without any term.

        Every document's terms are added in the same order, so equal documents score equally.
        """
        ideas = ideas_of(query)
        if not ideas:
            return self._sum(query)
        scores = self._sum([one for one in query if not one.idea])
        for forms in ideas:
            sums = [self._sum([query[place] for place in form]) for form in forms]
            scores += np.maximum.reduce(sums)
        return scores

    def _sum(self, terms: Iterable[ScoringTerm]) -> NDArray[np.float32]:
        scores = np.zeros(self._size, np.float32)
        weighted = np.empty(self._size, np.float32)
        for term in terms:
            check_time()
            docs, values = self._impacts(term.field, term.term)
            if docs is None:
                scores += np.multiply(values, np.float32(term.weight), out=weighted)
            elif len(docs):
                scores[docs] += values * np.float32(term.weight)
        return scores

    def _impacts(self, stream: str, term: str) -> _Impacts:
        found = self._kept.get((stream, term))
        if found is None:
            found = self._made(stream, term)
            self._kept.put((stream, term), found)
        return found

    def _made(self, stream: str, term: str) -> _Impacts:
        kept = self._term_store.lookup(stream, term)
        norm = self._term_store.norm(stream)
        if isinstance(kept, DenseRow):
            values = saturated(kept.frequencies(0, self._size), norm)
            return _Impacts(None, values * np.float32(kept.idf))
        docs = kept.docs.astype(np.intp)
        freqs = np.ones(len(docs)) if kept.freqs is None else kept.freqs
        values = saturated(freqs.astype(np.float32), norm[docs])
        return _Impacts(docs, values * np.float32(kept.idf))
