"""Which documents a plan matches, as one boolean per document number.

Matching knows no scores. A phrase is a term of its stream like any other: see ``index.arrays``.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.schema import NO_DAY
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.scoring.term_cache import DenseRow
from searchengine.backends.embedded.scoring.term_store import TermStore
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    Not,
    PhraseQuery,
    Query,
    RangeQuery,
    TermQuery,
    ValueQuery,
)
from searchengine.deadline import check_time
from searchengine.text.analysis import analyze_syllables
from searchengine.text.variants import fold_syllable

Mask = NDArray[np.bool_]

#: So many values of facets are remembered split.
KEPT_VALUES = 4_096


def matching(snapshot: Snapshot, store: TermStore, query: Query) -> Mask:
    """Return which live documents match ``query``: bool[size].

    What the ``store`` of the snapshot keeps of a term need not be read again.
    """
    return Matching(snapshot, store).mask(query) & snapshot.live


class Matching:
    """Matches queries in one snapshot."""

    def __init__(self, snapshot: Snapshot, store: TermStore) -> None:
        """Look into ``snapshot``; what ``store`` keeps of a term is not read again."""
        self._snapshot = snapshot
        self._store = store
        #: Documents, deleted ones included.
        self.size = snapshot.size

    def mask(self, query: Query) -> Mask:
        """Which documents match, deleted ones perhaps among them."""
        check_time()
        if isinstance(query, (TermQuery, PhraseQuery)):
            return self._holding([query])
        if isinstance(query, AllOf):
            mask = self._snapshot.live.copy()
            for one in query.queries:
                mask &= self.mask(one)
            return mask
        if isinstance(query, AnyOf):
            terms = [one for one in query.queries if isinstance(one, (TermQuery, PhraseQuery))]
            mask = self._holding(terms)
            for one in query.queries:
                if not isinstance(one, (TermQuery, PhraseQuery)):
                    mask |= self.mask(one)
            return mask
        if isinstance(query, Not):
            return ~self.mask(query.query)
        if isinstance(query, RangeQuery):
            return _range(self._snapshot, query)
        return value_mask(self._snapshot, query)

    def _holding(self, terms: Sequence[TermQuery | PhraseQuery]) -> Mask:
        mask = _none(self._snapshot)
        for one in terms:
            check_time()
            kept = self._store.kept(one.field, one.term)
            if isinstance(kept, DenseRow):
                mask |= np.unpackbits(kept.bits, count=len(mask)).view(np.bool_)
            elif kept is not None:
                mask[kept.docs.astype(np.intp)] = True
            else:
                docs = self._snapshot.postings(one.field, one.term).docs
                mask[docs.astype(np.intp)] = True
        return mask


def _none(snapshot: Snapshot) -> Mask:
    return np.zeros(snapshot.size, np.bool_)


def _range(snapshot: Snapshot, query: RangeQuery) -> Mask:
    first: NDArray[Any]
    last: NDArray[Any]
    if query.field == DATE:
        first, last = snapshot.days()
        mask: Mask = first != NO_DAY
    else:
        first = last = snapshot.field_numbers(query.field)
        mask = ~np.isnan(first)
    if query.first is not None:
        mask &= last >= query.first
    if query.last is not None:
        mask &= first <= query.last
    return mask


@functools.lru_cache(maxsize=KEPT_VALUES)
def _spaced(value: str) -> tuple[str, str]:
    """The syllables of a facet's value, and the folded ones, with a space around each."""
    syllables, folded = analyze_syllables(value)
    return f" {' '.join(syllables)} ", f" {' '.join(folded)} "


def value_mask(snapshot: Snapshot, query: ValueQuery) -> Mask:
    """Return the documents whose value of a facet holds the syllables side by side: bool[size]."""
    mask = _none(snapshot)
    if not query.syllables:
        return mask
    facet = snapshot.facet(query.field)
    wanted = f" {' '.join(query.syllables)} "
    fits = operator.eq if query.whole else operator.contains
    numbers = facet.names.holding(map(fold_syllable, query.syllables))
    strings = facet.names.strings
    held = np.zeros(len(strings), np.bool_)
    held[[one for one in numbers if fits(_spaced(strings[one])[query.folded], wanted)]] = True
    mask[facet.groups.within(held.take(facet.groups.codes))] = True
    return mask
