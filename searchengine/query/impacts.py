"""The impacts of a snapshot's terms, made when they are first asked for and kept within a budget.

The longest unused go first. After a commit what was kept before it is brought up to date instead
of being made anew (:mod:`legacy`). What is kept is :mod:`kept`'s, how queries use it
:mod:`scoring`'s business.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.slots import pack_halves
from searchengine.index.arrays.streams import Postings, Streams
from searchengine.query.kept import LARGE, Rare, Row
from searchengine.query.legacy import Entry, Legacy, extended_rare, extended_row

#: BM25's saturation and length normalisation, as Robertson and Lucene have them.
K1: Final = 1.2
B: Final = 0.75
#: Terms in at least one of so many documents are kept as rows, of at least so many in all.
ROW_SHARE, ROW_MINIMUM = 16, 64
#: Bytes that are kept between searches.
BUDGET = 256 << 20
#: Documents of the index that are worked on at a time, to stay in cache.
BLOCK_DOCUMENTS = 1 << 16
#: Stands for the length norm where a stream has no lengths; with it a term scores its idf.
NO_NORM = 1e-30


def idf(live_count: int, document_frequency: int) -> float:
    """Return Lucene's inverse document frequency, ln(1 + (N − df + 0.5)/(df + 0.5)).

    Always positive. Source: Apache Lucene, class BM25Similarity.
    """
    return math.log(1 + (live_count - document_frequency + 0.5) / (document_frequency + 0.5))


class Impacts:
    """The impacts of a snapshot's terms; safe for any number of threads."""

    def __init__(
        self, snapshot: Streams, budget: int = BUDGET, before: Impacts | None = None
    ) -> None:
        """Read from ``snapshot``, keeping at most about ``budget`` bytes.

        What the impacts ``before`` an added commit keep is brought up to date as it is asked for.
        """
        self._snapshot = snapshot
        self._budget = budget
        self._legacy = Legacy(snapshot, {} if before is None else before.bequest())
        self._kept: OrderedDict[tuple[str, str], Rare | Row] = OrderedDict()
        #: Bytes that are kept now.
        self.used = 0
        self._lock = threading.Lock()
        self._norms: dict[str, NDArray[np.float32]] = {}

    def of(self, stream: str, term: str) -> Rare | Row:
        """Return a term's impacts; an empty :class:`Rare` if no live document holds it."""
        key = (stream, term)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        kept = self._inherited(stream, term) or self._made(
            stream, self._snapshot.postings(stream, term)
        )
        with self._lock:
            if key not in self._kept:
                self._kept[key] = kept
                self.used += kept.size
            while self.used > self._budget and len(self._kept) > 1:
                self.used -= self._kept.popitem(last=False)[1].size
            # What is still to be brought up to date takes what room is left.
            self._legacy.shrink(self._budget - self.used)
        return kept

    def bequest(self) -> dict[tuple[str, str], Entry]:
        """Return what is kept, and of which state it is, for the impacts of a later commit."""
        with self._lock:
            state = self._snapshot.state
            found = dict(self._legacy.entries)
            found.update((key, Entry(state, kept)) for key, kept in self._kept.items())
            return found

    def norm(self, stream: str) -> NDArray[np.float32]:
        """Return k1 · (1 − b + b · length / average length) of each document: float32[size]."""
        found = self._norms.get(stream)
        if found is None:
            average = self._snapshot.average_length(stream)
            if average > 0:
                lengths = self._snapshot.lengths(stream)
                found = (K1 * (1 - B + B / average * lengths)).astype(np.float32)
            else:
                found = np.full(self._snapshot.size, NO_NORM, np.float32)
            self._norms[stream] = found
        return found

    def _inherited(self, stream: str, term: str) -> Rare | Row | None:
        """What an earlier commit knew of a term, brought up to date; None if that is no use."""
        with self._lock:
            entry = self._legacy.take((stream, term))
        if entry is None:
            return None
        shared = self._legacy.shared(entry.state)
        added = self._snapshot.postings(stream, term, shared.end)
        if isinstance(entry.kept, Rare):
            return self._made(stream, extended_rare(entry.kept, shared, added))
        row = extended_row(entry.kept, shared, added, self._snapshot.size)
        if self._is_rare(row.df):
            return None
        rarity = idf(self._snapshot.live_count, row.df)
        bound = entry.kept.bound / entry.kept.idf
        # Where texts grow longer on average, the same text counts as shorter.
        average = entry.state.averages.get(stream, 0.0)
        if average:
            bound *= max(1.0, self._snapshot.average_length(stream) / average)
        if len(added.docs):
            freqs = row.frequencies(shared.end, self._snapshot.size)
            bound = max(bound, float(saturated(freqs, self.norm(stream)[shared.end :]).max()))
        return row._replace(idf=rarity, bound=rarity * bound)

    def _is_rare(self, count: int) -> bool:
        return count < max(ROW_MINIMUM, self._snapshot.size / ROW_SHARE)

    def _made(self, stream: str, postings: Postings) -> Rare | Row:
        docs, freqs = postings
        count, size = len(docs), self._snapshot.size
        rarity = idf(self._snapshot.live_count, count)
        norm = self.norm(stream)
        places = docs.astype(np.intp)
        floats = np.ones(count, np.float32) if freqs is None else freqs.astype(np.float32)
        impacts = saturated(floats, norm[places])
        if self._is_rare(count):
            impacts *= np.float32(rarity)
            if freqs is not None:
                freqs = freqs.astype(np.min_scalar_type(int(freqs.max())))
            return Rare(docs, impacts, freqs)
        bound = rarity * float(impacts.max())
        whole = np.zeros(size, np.uint8)
        large, large_freqs = np.zeros(0, np.intp), np.zeros(0, np.float32)
        if freqs is None:
            whole[places] = 1
        else:
            whole[places] = np.minimum(freqs, LARGE)
            many = np.flatnonzero(freqs >= LARGE)
            large, large_freqs = places[many], freqs[many].astype(np.float32)
        bits = np.packbits(whole)
        return Row(pack_halves(whole), large, large_freqs, bits, count, rarity, bound)


def frequencies_at(
    terms: Sequence[Rare | Row], docs: NDArray[np.integer[Any]]
) -> NDArray[np.float64]:
    """Return how often each of ``terms`` stands in each of a few ``docs``, exactly.

    ``docs``: integers[n], in any order; the result: float64[terms, n].
    """
    places = docs.astype(np.int32)
    halves = places >> 1
    packed = np.zeros((len(terms), len(docs)), np.uint8)
    for at, term in enumerate(terms):
        if isinstance(term, Row):
            packed[at] = term.halves[halves]
    packed >>= (places & 1).astype(np.uint8) << 2
    packed &= LARGE
    freqs = packed.astype(np.float64)
    large = (packed == LARGE).any(axis=1)
    for at, term in enumerate(terms):
        if isinstance(term, Row):
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
