"""What scoring keeps of a term between searches: impacts of rare terms, rows of frequent ones.

A rare term is its documents with their impacts, BM25 without the query's weight. A term of many
documents is a row, its frequency in every document of the index, from which impacts are worked
out where they are wanted: an eighth of the memory. All of it stays within a budget, the longest
unused going first. How queries use it is :mod:`scoring`'s business.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.slots import pack_halves, unpack_halves
from searchengine.index.arrays.streams import Postings, Streams

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
#: Stands in a row for a frequency that is looked up.
LARGE = 15
#: About what an entry takes beside its arrays.
_OVERHEAD = 512


def idf(live_count: int, document_frequency: int) -> float:
    """Return Lucene's inverse document frequency, ln(1 + (N − df + 0.5)/(df + 0.5)).

    Always positive. Source: Apache Lucene, class BM25Similarity.
    """
    return math.log(1 + (live_count - document_frequency + 0.5) / (document_frequency + 0.5))


class Rare(NamedTuple):
    """A rare term: ``docs``: int32[n], ascending; ``impacts``: float32[n], idf included.

    ``freqs``: unsigned[n], the narrowest that holds them, None where all are 1.
    """

    docs: NDArray[np.int32]
    impacts: NDArray[np.float32]
    freqs: NDArray[np.unsignedinteger[Any]] | None

    @property
    def df(self) -> int:
        """How many documents hold it."""
        return len(self.docs)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        freqs = 0 if self.freqs is None else self.freqs.nbytes
        return self.docs.nbytes + self.impacts.nbytes + freqs + _OVERHEAD


class Row(NamedTuple):
    """A frequent term, in half a byte for every document of the index.

    ``halves``: uint8, frequencies two to a byte, 0 where the term is not, :data:`LARGE` where the
    frequency is to be looked up; ``large_docs``: int64, ascending, with ``large_freqs``: float32,
    are those; ``bits``: uint8, packed bits of where the term is; ``df``: documents that hold it;
    ``bound``: the highest score that it gives any document, idf included.
    """

    halves: NDArray[np.uint8]
    large_docs: NDArray[np.int64]
    large_freqs: NDArray[np.float32]
    bits: NDArray[np.uint8]
    df: int
    idf: float
    bound: float

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        large = self.large_docs.nbytes + self.large_freqs.nbytes
        return self.halves.nbytes + self.bits.nbytes + large + _OVERHEAD

    def frequencies(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the frequencies in documents ``start`` to ``stop``: float32[stop - start]."""
        freqs = unpack_halves(self.halves, start, stop).astype(np.float32)
        low, high = np.searchsorted(self.large_docs, (start, stop))
        freqs[self.large_docs[low:high] - start] = self.large_freqs[low:high]
        return freqs


class Impacts:
    """The impacts of a snapshot's terms; safe for any number of threads."""

    def __init__(self, snapshot: Streams, budget: int = BUDGET) -> None:
        """Read from ``snapshot``, keeping at most about ``budget`` bytes."""
        self._snapshot = snapshot
        self._budget = budget
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
        kept = self._made(stream, self._snapshot.postings(stream, term))
        with self._lock:
            if key not in self._kept:
                self._kept[key] = kept
                self.used += kept.size
            while self.used > self._budget and len(self._kept) > 1:
                self.used -= self._kept.popitem(last=False)[1].size
        return kept

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

    def _made(self, stream: str, postings: Postings) -> Rare | Row:
        docs, freqs = postings
        count, size = len(docs), self._snapshot.size
        rarity = idf(self._snapshot.live_count, count)
        norm = self.norm(stream)
        places = docs.astype(np.intp)
        floats = np.ones(count, np.float32) if freqs is None else freqs.astype(np.float32)
        impacts = saturated(floats, norm[places])
        if count < max(ROW_MINIMUM, size / ROW_SHARE):
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
