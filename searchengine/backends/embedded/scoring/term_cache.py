"""What scoring keeps of a term between searches: postings of rare terms, rows of frequent ones.

A rare term is its documents with its frequencies. A term of many documents is a row, its
frequency in every document of the index. Scores are worked out where they are wanted, for they
depend on the mean length of a text, which each commit changes. Making them is :mod:`term_store`'
business.

Also the cache that holds them within a budget. It outlives commits: an entry says of which state
of the index it is, and is brought up to date when somebody asks for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.postings_codec import unpack_halves
from searchengine.backends.embedded.index.arrays.streams import State

Frequencies = NDArray[np.unsignedinteger[Any]]
#: A stream and a term of it.
Key = tuple[str, str]

#: Stands in a row for a frequency that is looked up.
LARGE = 15
#: About what an entry takes beside its arrays.
_OVERHEAD = 512


class SparsePostings(NamedTuple):
    """A rare term: ``docs``: int32[n], ascending; ``freqs``: unsigned[n], None where all are 1."""

    docs: NDArray[np.int32]
    freqs: Frequencies | None
    idf: float

    @property
    def df(self) -> int:
        """How many documents hold it."""
        return len(self.docs)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        freqs = 0 if self.freqs is None else self.freqs.nbytes
        return self.docs.nbytes + freqs + _OVERHEAD


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


KeptTerm = SparsePostings | DenseRow


class Entry(NamedTuple):
    """What is kept of a term; ``state`` of the index it is of, the ``serial``-th of a cache."""

    serial: int
    state: State
    kept: KeptTerm


class TermCache:
    """Entries by stream and term, the longest unused gone first; safe for many threads."""

    def __init__(self, budget: int) -> None:
        """Keep at most about ``budget`` bytes."""
        self._budget = budget
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._serial = 0
        #: Bytes that are kept now.
        self.used = 0

    def next_serial(self) -> int:
        """Return the number of a state of the index, higher than those before it."""
        with self._lock:
            self._serial += 1
            return self._serial

    def get(self, key: Key) -> Entry | None:
        """Return the entry of a term, of whichever state; None if there is none."""
        # Each of the two is one step for other threads; between them the entry may have gone.
        entry = self._entries.get(key)
        if entry is not None:
            try:  # noqa: SIM105 (contextlib.suppress takes longer than all the rest)
                self._entries.move_to_end(key)
            except KeyError:
                pass
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Keep ``entry`` unless there is one of a later state."""
        with self._lock:
            before = self._entries.get(key)
            if before is not None:
                if before.serial > entry.serial:
                    return
                self.used -= before.kept.size
            self._entries[key] = entry
            self._entries.move_to_end(key)
            self.used += entry.kept.size
            while self.used > self._budget and len(self._entries) > 1:
                self.used -= self._entries.popitem(last=False)[1].kept.size
