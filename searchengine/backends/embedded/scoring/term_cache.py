"""What scoring keeps of a term between searches: postings of rare terms, rows of frequent ones.

A rare term is its documents with its frequencies. A term of many documents is a row, its
frequency in every document of the index. Scores are worked out where they are wanted, for they
depend on the mean length of a text, which each commit changes. Making them is :mod:`term_store`'
business.

Entries outlive commits: each says of which commit it is, by a number alone, so that no old arrays
stay for its sake, and is brought up to date when somebody asks for it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.postings_codec import unpack_halves

Frequencies = NDArray[np.unsignedinteger[Any]]
#: A stream and a term of it.
Key = tuple[str, str]

#: Stands in a row for a frequency that is looked up.
LARGE = 15
#: Bytes of what holds arrays together: their headers and the tuples around them.
_SPARSE_BYTES, _ROW_BYTES = 300, 700


class SparsePostings(NamedTuple):
    """A rare term: ``docs``: int32[n], ascending; ``freqs``: unsigned[n], None where all are 1."""

    docs: NDArray[np.int32]
    freqs: Frequencies | None
    idf: float

    @property
    def df(self) -> int:
        """How many documents hold it."""
        return len(self.docs)

    def frequencies(self) -> Frequencies:
        """Return how often each document holds it: unsigned[n]."""
        return np.ones(len(self.docs), np.uint8) if self.freqs is None else self.freqs

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        freqs = 0 if self.freqs is None else self.freqs.nbytes
        return self.docs.nbytes + freqs + _SPARSE_BYTES


class DenseRow(NamedTuple):
    """A frequent term, in half a byte for every document of the index.

    ``halves``: uint8, frequencies two to a byte, 0 where the term is not, :data:`LARGE` where the
    frequency is to be looked up; ``large_docs``: int64, ascending, with ``large_freqs``: float32,
    are those; ``bits``: uint8, packed bits of where the term is; ``df``: documents that hold it;
    ``bound``: no document has a higher score from it, idf included, while texts are no longer
    than ``average`` on average.
    """

    halves: NDArray[np.uint8]
    large_docs: NDArray[np.int64]
    large_freqs: NDArray[np.float32]
    bits: NDArray[np.uint8]
    df: int
    idf: float
    bound: float
    average: float

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        large = self.large_docs.nbytes + self.large_freqs.nbytes
        return self.halves.nbytes + self.bits.nbytes + large + _ROW_BYTES

    def frequencies(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return the frequencies in documents ``start`` to ``stop``: float32[stop - start]."""
        freqs = unpack_halves(self.halves, start, stop).astype(np.float32)
        low, high = np.searchsorted(self.large_docs, (start, stop))
        freqs[self.large_docs[low:high] - start] = self.large_freqs[low:high]
        return freqs


KeptTerm = SparsePostings | DenseRow


class Entry(NamedTuple):
    """What is kept of a term, as it was in the commit that the store numbers ``serial``."""

    serial: int
    kept: KeptTerm

    @property
    def nbytes(self) -> int:
        """How many bytes it takes beside what any entry of a cache takes."""
        return self.kept.nbytes
