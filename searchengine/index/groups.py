"""Documents grouped by a value: what facets and histograms count in.

A group is the documents that share a place, an author, a year …; they lie side by side in one
array, so that counting how many of them match is one look-up and one sum. What a commit adds is
put behind what earlier ones had. Nothing here knows what a value means.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.index.arrays.slots import run_starts


class Groups(NamedTuple):
    """Documents by their codes, those without one left out, deleted ones perhaps among them.

    ``docs``: int32[n], the documents of one group after those of another; ``codes``:
    int32[groups], ascending; ``ends``: int64[groups], where the documents of each end.
    """

    docs: NDArray[np.int32]
    codes: NDArray[np.int32]
    ends: NDArray[np.int64]

    def counts(self, mask: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return how many documents of ``mask`` (bool[size]) each group has: int32[groups]."""
        sums = np.cumsum(mask.take(self.docs), dtype=np.int32)[self.ends - 1]
        sums[1:] -= sums[:-1].copy()
        return sums

    def within(self, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return the documents of the ``chosen`` groups, bool[groups]: int32[n]."""
        return self.docs[np.repeat(chosen, np.diff(self.ends, prepend=0))]

    def extended(self, end: int, docs: NDArray[np.int32], codes: NDArray[np.int32]) -> Groups:
        """Return the groups of the documents below ``end`` and of others, with their codes."""
        kept = self.docs < end
        own = np.repeat(self.codes, np.diff(self.ends, prepend=0))
        return grouped(np.concatenate((self.docs[kept], docs)), np.concatenate((own[kept], codes)))


def grouped(docs: NDArray[np.int32], codes: NDArray[np.int32]) -> Groups:
    """Return ``docs`` (int32[n]) by their ``codes`` (int32[n])."""
    order = np.argsort(codes, kind="stable")
    docs, codes = docs[order], codes[order]
    starts = run_starts(codes)
    return Groups(docs, codes[starts], np.append(starts[1:], len(codes))[: len(starts)])


NO_GROUPS = grouped(np.empty(0, np.int32), np.empty(0, np.int32))


class Names:
    """Strings numbered in the order in which they came; safe for many threads.

    Snapshots of later commits share it and add to it; a number never changes.
    """

    def __init__(self) -> None:
        #: The strings by their numbers; it only grows.
        self.strings: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def numbers(self, strings: Iterable[str]) -> list[int]:
        """Return the number of each of ``strings``."""
        found = []
        with self._lock:
            for one in strings:
                number = self._numbers.get(one)
                if number is None:
                    number = self._numbers[one] = len(self.strings)
                    self.strings.append(one)
                found.append(number)
        return found
