"""What scoring keeps of a term between searches: impacts of rare terms, rows of frequent ones.

A rare term is its documents with their impacts, BM25 without the query's weight. A term of many
documents is a row, its frequency in every document of the index, from which impacts are worked
out where they are wanted: an eighth of the memory. Making them is :mod:`impacts`' business.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.slots import unpack_halves

#: Stands in a row for a frequency that is looked up.
LARGE = 15
#: About what an entry takes beside its arrays.
_OVERHEAD = 512


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
