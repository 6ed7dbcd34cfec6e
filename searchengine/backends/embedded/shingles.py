"""The shingles of documents as hashes, from the syllables that the index keeps in their order.

What is compared of a document is said in ``backends.near_duplicates``; comparing is the business
of :mod:`duplicates`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, groupby, islice

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import Cache
from searchengine.backends.embedded.duplicates import Shingles
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.fields import TITLE_SYLLABLES
from searchengine.backends.near_duplicates import (
    LEAST_SYLLABLES,
    MAX_SYLLABLES,
    SHINGLE,
    SHORT_TEXT,
)
from searchengine.deadline import check_time
from searchengine.text.streams import SYLLABLES

#: The shingles of so many documents are kept for the next page, and for the next query: 2 kB each
#: of news, at most 40 kB.
KEPT_SHINGLES = 4096
#: So many documents are read at a time.
BLOCK_DOCUMENTS = 64
#: Odd multipliers without pattern, one for each syllable of a shingle: fractions of the golden
#: ratio, π and e.
_MIX = (0x9E3779B1, 0x243F6A89, 0xB7E15163)
_NO_SHINGLES: Shingles = np.empty(0, np.uint32)


class DocumentShingles:
    """The shingles of a snapshot's documents by their numbers; safe for many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._segments = snapshot.segments
        self._ends = list(accumulate(segment.size for segment in self._segments))
        self._kept: Cache[int, Shingles] = Cache(snapshot.budget, "shingles", KEPT_SHINGLES)

    def of(self, numbers: Sequence[int]) -> list[Shingles]:
        """Return the shingles of each of some documents."""
        found: dict[int, Shingles] = {}
        missing = []
        for number in numbers:
            kept = self._kept.get(number)
            if kept is None:
                missing.append(number)
            else:
                found[number] = kept
        missing.sort()
        for place, docs in groupby(missing, partial(bisect_right, self._ends)):
            segment = self._segments[place]
            base = self._ends[place] - segment.size
            while block := list(islice(docs, BLOCK_DOCUMENTS)):
                check_time()
                made = _shingles(segment, np.array(block) - base)
                for number, one in zip(block, made, strict=True):
                    found[number] = one
                    self._kept.put(number, one)
        return [found[number] for number in numbers]


def _shingles(segment: Segment, docs: NDArray[np.int64]) -> list[Shingles]:
    """The shingles of documents of a segment, ascending numbers."""
    titles = segment.lengths(TITLE_SYLLABLES)[docs].astype(np.int64)
    is_long = segment.lengths(SYLLABLES)[docs].max() > MAX_SYLLABLES
    limits = titles + MAX_SYLLABLES if is_long else None
    hashes, ends = segment.text_hashes.texts(docs, limits)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    bodies = starts + titles
    firsts = np.where(ends - bodies < SHORT_TEXT, starts, bodies)
    lasts = np.minimum(ends, firsts + MAX_SYLLABLES)
    runs = _runs(hashes)
    return [
        _distinct(runs[first : last - SHINGLE + 1])
        if last - first >= LEAST_SYLLABLES
        else _NO_SHINGLES
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)
    ]


def _runs(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A hash of each three of ``hashes`` side by side."""
    size = max(len(hashes) - SHINGLE + 1, 0)
    runs = np.zeros(size, np.uint32)
    for at, factor in enumerate(_MIX):
        runs ^= hashes[at : at + size]
        runs *= np.uint32(factor)
        runs ^= runs >> np.uint32(15)
    return runs


def _distinct(values: NDArray[np.uint32]) -> Shingles:
    """The distinct ones of ``values``, ascending; quicker than np.unique."""
    ascending = np.sort(values)
    kept = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=kept[1:])
    return ascending[kept]
