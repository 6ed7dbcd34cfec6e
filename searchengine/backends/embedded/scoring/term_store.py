"""What scoring needs of a snapshot's terms, made when first asked for and kept within a budget.

The longest unused go first. After a commit what was kept before it is brought up to date instead
of being made anew (:mod:`legacy`). What is kept is :mod:`kept`'s, how queries use it
:mod:`scoring`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.bm25 import K1, B, idf
from searchengine.backends.embedded.index.arrays.postings_codec import pack_halves
from searchengine.backends.embedded.index.arrays.streams import Shared, State, Streams, shared_by
from searchengine.backends.embedded.scoring.incremental_update import extended_rare, extended_row
from searchengine.backends.embedded.scoring.term_cache import (
    LARGE,
    DenseRow,
    Entry,
    Frequencies,
    KeptTerm,
    SparsePostings,
    TermCache,
)

#: Terms in at least one of so many documents are kept as rows, of at least so many in all.
ROW_SHARE, ROW_MINIMUM = 16, 64
#: Bytes that are kept between searches.
BUDGET = 256 << 20
#: Documents of the index that are worked on at a time, to stay in cache.
BLOCK_DOCUMENTS = 1 << 16
#: Stands for the length norm where a stream has no lengths; with it a term scores its idf.
NO_NORM = 1e-30


class TermStore:
    """The terms of a snapshot, ready for scoring; safe for any number of threads."""

    def __init__(
        self, snapshot: Streams, budget: int = BUDGET, before: TermStore | None = None
    ) -> None:
        """Read from ``snapshot``, keeping at most about ``budget`` bytes.

        What the store ``before`` an added commit keep is brought up to date as it is asked for.
        """
        self._snapshot = snapshot
        self._state = snapshot.state
        #: What is kept, shared with the store of earlier and later commits.
        self.cache: TermCache = TermCache(budget) if before is None else before.cache
        self._serial = self.cache.next_serial()
        self._norms: dict[str, NDArray[np.float32]] = {}
        # With the states themselves, so that their ids stay their own.
        self._shared: dict[int, tuple[State, Shared]] = {}

    def lookup(self, stream: str, term: str) -> KeptTerm:
        """Return what a term's scores come from; empty postings if nothing holds it."""
        key = (stream, term)
        entry = self.cache.get(key)
        if entry is not None and entry.serial == self._serial:
            return entry.kept
        kept = None if entry is None else self._updated(stream, term, entry)
        if kept is None:
            kept = self._build(stream, *self._snapshot.postings(stream, term))
        self.cache.put(key, Entry(self._serial, self._state, kept))
        return kept

    def norm(self, stream: str) -> NDArray[np.float32]:
        """Return k1 · (1 − b + b · length / average length) of each document: float32[size]."""
        found = self._norms.get(stream)
        if found is None:
            average = self._snapshot.average_length(stream)
            if average > 0:
                lengths = self._snapshot.lengths(stream)
                found = np.multiply(lengths, np.float32(K1 * B / average), dtype=np.float32)
                found += np.float32(K1 * (1 - B))
            else:
                found = np.full(self._snapshot.size, NO_NORM, np.float32)
            self._norms[stream] = found
        return found

    def _updated(self, stream: str, term: str, entry: Entry) -> KeptTerm | None:
        """What an earlier commit knew of a term, brought up to date; None if that is no use."""
        if entry.serial > self._serial:
            return None  # A search that began before the last commit.
        shared = self._shared_with(entry.state)
        if not shared.end:
            return None
        added = self._snapshot.postings(stream, term, shared.end)
        if isinstance(entry.kept, SparsePostings):
            return self._build(stream, *extended_rare(entry.kept, shared, added))
        row = extended_row(entry.kept, shared, added, self._snapshot.size)
        if self._is_rare(row.df):
            return None
        rarity = idf(self._snapshot.live_count, row.df)
        peak = row.bound / row.idf
        # Where texts grow longer on average, the same text counts as shorter.
        average = self._snapshot.average_length(stream)
        if average > row.average > 0:
            peak *= average / row.average
        if len(added.docs):
            peak = max(peak, self._peak(stream, *added))
        average = max(average, row.average)
        return row._replace(idf=rarity, bound=rarity * peak, average=average)

    def _shared_with(self, state: State) -> Shared:
        found = self._shared.get(id(state))
        if found is None:
            found = self._shared[id(state)] = state, shared_by(state, self._state)
        return found[1]

    def _is_rare(self, count: int) -> bool:
        return count < max(ROW_MINIMUM, self._snapshot.size / ROW_SHARE)

    def _build(self, stream: str, docs: NDArray[np.int32], freqs: Frequencies | None) -> KeptTerm:
        """A term whose live documents are known."""
        count, size = len(docs), self._snapshot.size
        rarity = idf(self._snapshot.live_count, count)
        if self._is_rare(count):
            if freqs is not None and freqs.itemsize > 1:
                freqs = freqs.astype(np.min_scalar_type(int(freqs.max())))
            return SparsePostings(docs, freqs, rarity)
        bound = rarity * self._peak(stream, docs, freqs)
        whole = np.zeros(size, np.uint8)
        large, large_freqs = np.zeros(0, np.intp), np.zeros(0, np.float32)
        if freqs is None:
            whole[docs] = 1
        else:
            whole[docs] = np.minimum(freqs, LARGE)
            many = np.flatnonzero(freqs >= LARGE)
            large, large_freqs = docs[many].astype(np.intp), freqs[many].astype(np.float32)
        bits = np.packbits(whole)
        average = self._snapshot.average_length(stream)
        return DenseRow(pack_halves(whole), large, large_freqs, bits, count, rarity, bound, average)

    def _peak(self, stream: str, docs: NDArray[np.int32], freqs: Frequencies | None) -> float:
        """The highest saturation among some postings of a term."""
        floats = np.ones(len(docs), np.float32) if freqs is None else freqs.astype(np.float32)
        return float(saturated(floats, self.norm(stream)[docs]).max())


def frequencies_at(
    terms: Sequence[KeptTerm], docs: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """Return how often each of ``terms`` stands in each of a few ``docs``, exactly.

    ``docs``: integers[n], in any order; the result: float64[terms, n].
    """
    places = docs.astype(np.int32)
    halves = places >> 1
    packed = np.zeros((len(terms), len(docs)), np.uint8)
    for at, term in enumerate(terms):
        if isinstance(term, DenseRow):
            packed[at] = term.halves[halves]
    packed >>= (places & 1).astype(np.uint8) << 2
    packed &= LARGE
    freqs = packed.astype(np.float64)
    large = (packed == LARGE).any(axis=1)
    for at, term in enumerate(terms):
        if isinstance(term, DenseRow):
            if large[at]:
                where = np.flatnonzero(packed[at] == LARGE)
                freqs[at, where] = term.large_freqs[term.large_docs.searchsorted(docs[where])]
        elif term.df:
            near = term.docs.searchsorted(places)
            found = term.docs.take(near, mode="clip") == places
            if found.any():
                each = 1 if term.freqs is None else term.freqs.take(near, mode="clip")
                freqs[at] = found * each
    return freqs


def saturated(freqs: NDArray[np.float32], norm: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return f / (f + norm), float32[n]: BM25's saturation, without k1 + 1 as in Lucene.

    Works in place of ``freqs``.
    """
    freqs /= freqs + norm
    return freqs
