"""Near-duplicates: pages with nearly the same text, folded into the best-ranked of them.

Done when a query asks for it, on the documents that it ranks first, so the index keeps nothing.
What counts as one is said in ``backends.near_duplicates``; here shingles are hashes in arrays. Few
of the smallest hashes of each text find the earlier ones that it may repeat; then the whole sets
decide. Reading texts and ranking them is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.near_duplicates import (
    FOLD_DOCUMENTS,
    SHINGLE,
    SIMILARITY,
    folded_syllables,
)
from searchengine.deadline import check_time

Shingles = NDArray[np.uint64]

#: So many smallest hashes of a text are looked up to find what it may repeat, and so many of them
#: must be shared. (Of 3,970 pairs as similar as asked in that news, none shared fewer than 18.)
SMALLEST, SHARED = 64, 8

#: Odd multipliers without pattern: fractions of the golden ratio, π and e.
_MIX = (0x9E3779B97F4A7C15, 0x243F6A8885A308D3, 0xB7E151628AED2A6B)


@dataclass(frozen=True, slots=True)
class Folded:
    """A document number of a ranking and those of the later documents that repeat it."""

    number: int
    duplicates: tuple[int, ...]


def shingles(text: str) -> Shingles:
    """Return the hashes of the distinct shingles of ``text``: uint64[n], ascending.

    Hashes of strings differ from process to process; compare only those of one. A text of fewer
    than three syllables is one shingle, one without syllables none.
    """
    syllables = folded_syllables(text)
    if not syllables:
        return np.empty(0, np.uint64)
    hashes = np.array(list(map(hash, syllables)), np.int64).view(np.uint64)
    width = min(SHINGLE, len(hashes))
    runs = np.zeros(len(hashes) - width + 1, np.uint64)
    for at in range(width):
        runs = (runs ^ hashes[at : len(hashes) - width + 1 + at]) * np.uint64(_MIX[at])
        runs ^= runs >> np.uint64(29)
    return np.unique(runs)


def similarity(left: Shingles, right: Shingles) -> float:
    """Return the Jaccard similarity of two sets of shingles, 0 to 1; 0 where both are empty."""
    both = np.sort(np.concatenate((left, right)))
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / max(len(both) - shared, 1)


def fold_duplicates(
    ranking: Iterable[int], shingles_of: Callable[[int], Shingles], wanted: int
) -> list[Folded]:
    """Return the first ``wanted`` documents of ``ranking`` that repeat none before them.

    Each comes with those that repeat it, as far as the ranking was read: until ``wanted`` are
    there. The first :data:`FOLD_DOCUMENTS` are compared and what follows is taken as it is, so
    asking for more continues the same list.
    """
    kept = _Kept()
    found: list[int] = []
    repeated: list[list[int]] = []
    for place, number in enumerate(ranking):
        if len(found) == wanted:
            break
        if place < FOLD_DOCUMENTS:
            group = kept.find_or_add(shingles_of(number))
            if group is not None:
                repeated[group].append(number)
                continue
        found.append(number)
        repeated.append([])
    return [Folded(number, tuple(same)) for number, same in zip(found, repeated, strict=True)]


class _Kept:
    """The sets of shingles seen so far that repeat no other, by number."""

    def __init__(self) -> None:
        self._sets: list[Shingles] = []
        self._holders: dict[int, list[int]] = {}

    def find_or_add(self, candidate: Shingles) -> int | None:
        """Return the number of the most similar set that ``candidate`` repeats, or keep it."""
        smallest = candidate[:SMALLEST].tolist()
        shared: dict[int, int] = {}
        for one in smallest:
            for holder in self._holders.get(one, ()):
                shared[holder] = shared.get(holder, 0) + 1
        best, most = None, SIMILARITY
        for holder, count in sorted(shared.items()):
            check_time()
            if count >= min(SHARED, len(smallest), len(self._sets[holder])):
                found = similarity(candidate, self._sets[holder])
                if found >= most and (best is None or found > most):
                    best, most = holder, found
        if best is None:
            for one in smallest:
                self._holders.setdefault(one, []).append(len(self._sets))
            self._sets.append(candidate)
        return best
