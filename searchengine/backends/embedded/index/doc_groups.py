"""Documents grouped by a value: what facets and histograms count in.

A group is the documents that share a place, an author, a year …; they lie side by side in one
array, so that counting how many of them match is one indexing and one sum; of a few documents
that match, the groups are looked up instead. What a commit adds is put behind what earlier ones
had. Nothing here knows what a value means; how names sort is
``text.collate``'s business.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: About what a name takes with its numbers, its key of the order and its places in the lists of
#: syllables' holders, and each of its characters: 390 bytes with 9 of them, 460 with 18, 590 with
#: 41, 870 with 96 (CPython 3.11).
NAME_BYTES, NAME_CHARACTER_BYTES = 360, 6


#: Of so many matching documents the groups are looked up: as quick as counting in 50,000.
FEW = 1024


class Matched:
    """Which documents match: ``mask``, bool[size]; ``few``: intp[n], ascending, if few do."""

    def __init__(self, mask: NDArray[np.bool_]) -> None:
        """Look at ``mask``."""
        self.mask = mask
        self.count = int(np.count_nonzero(mask))
        self.few: NDArray[np.intp] | None = (
            np.flatnonzero(mask) if self.count <= min(FEW, len(mask) // 4) else None
        )


@dataclass(frozen=True)
class Groups:
    """Documents by their codes, those without one left out, deleted ones perhaps among them.

    The largest groups come first. ``docs``: intp[n], the documents of one group after those of
    another; ``codes``: int32[groups]; ``ends``: intp[groups], where the documents of each end.
    """

    docs: NDArray[np.intp]
    codes: NDArray[np.int32]
    ends: NDArray[np.intp]

    @property
    def nbytes(self) -> int:
        """How many bytes they take, with what looking documents up needs."""
        return self.docs.nbytes + self.codes.nbytes + self.ends.nbytes + 8 * len(self.docs)

    def counts(self, matched: Matched, first: int | None = None) -> NDArray[np.int32]:
        """Return how many of the documents that match each group has: int32[groups].

        Of the ``first`` so many groups only, if it is given.
        """
        ends = self.ends[:first]
        if not len(ends):
            return np.zeros(0, np.int32)
        if matched.few is not None:
            tally = np.bincount(self._holding(matched.few), minlength=len(self.ends))
            return tally[: len(ends)].astype(np.int32)
        sums = matched.mask.take(self.docs[: ends[-1]]).cumsum(dtype=np.int32).take(ends - 1)
        sums[1:] -= sums[:-1].copy()
        return sums

    def largest(self, matched: Matched, wanted: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the groups that hold most of the documents that match, in any order.

        Their codes and how many documents each has, int32[n] twice: ``wanted`` groups and those
        with as many documents as the last of them, none with no document.
        """
        if matched.few is not None:
            tally = np.bincount(self._holding(matched.few))
            groups = np.flatnonzero(tally)
            few = tally[groups]
            least = int(np.partition(few, -wanted)[-wanted]) if len(few) > wanted else 1
            chosen = np.flatnonzero(few >= least)
            return self.codes[groups[chosen]], few[chosen].astype(np.int32)
        first, least = 4 * wanted, 1
        while True:
            counts = self.counts(matched, first)
            if len(counts) > wanted:
                least = max(1, int(np.partition(counts, -wanted)[-wanted]))
            # No group has more documents that match than it has.
            if first >= len(self.ends) or self.ends[first] - self.ends[first - 1] < least:
                break
            first *= 4
        chosen = np.flatnonzero(counts >= least)
        return self.codes[chosen], counts[chosen]

    def _holding(self, docs: NDArray[np.intp]) -> NDArray[np.int32]:
        """The groups that hold ``docs``, one after the other."""
        if self._of_document is not None:
            found = self._of_document.take(docs, mode="clip")
            return found.take(np.flatnonzero(found >= 0))
        ordered, groups = self._by_document
        first = ordered.searchsorted(docs)
        counts = ordered.searchsorted(docs, side="right") - first
        if int(counts.max(initial=0)) <= 1:
            return groups.take(first.compress(counts))
        ends = counts.cumsum()
        places = np.repeat(first - (ends - counts), counts)
        places += np.arange(len(places))
        return groups.take(places)

    @cached_property
    def _of_document(self) -> NDArray[np.int32] | None:
        """The group of each document, int32[size], -1 for none.

        None where some are in several groups, or most in none.
        """
        size = int(self.docs.max(initial=-1)) + 1
        if not size // 2 <= len(np.unique(self.docs)) == len(self.docs):
            return None
        # The last one stands for all documents behind it.
        found = np.full(size + 1, -1, np.int32)
        found[self.docs] = np.repeat(np.arange(len(self.ends), dtype=np.int32), self._sizes)
        return found

    @cached_property
    def _by_document(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The documents in their order, int32[n], and the group that holds each."""
        docs = self.docs.astype(np.int32)
        order = docs.argsort()
        groups = np.repeat(np.arange(len(self.ends), dtype=np.int32), self._sizes)
        return docs.take(order), groups.take(order)

    def within(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the documents of the ``chosen`` groups, bool[groups]: intp[n]."""
        places = np.flatnonzero(chosen)
        ends = self.ends[places]
        firsts = ends - self._sizes[places]
        pieces = [self.docs[a:b] for a, b in zip(firsts.tolist(), ends.tolist(), strict=True)]
        return np.concatenate([self.docs[:0], *pieces])

    def extended(
        self, end: int, docs: NDArray[np.integer[Any]], codes: NDArray[np.int32]
    ) -> Groups:
        """Return the groups of the documents below ``end`` and of others, with their codes."""
        kept = self.docs < end
        if not len(docs) and kept.all():
            return self
        own = np.repeat(self.codes, self._sizes)
        return grouped(np.concatenate((self.docs[kept], docs)), np.concatenate((own[kept], codes)))

    @property
    def _sizes(self) -> NDArray[np.intp]:
        return np.diff(self.ends, prepend=0)


def grouped(docs: NDArray[np.integer[Any]], codes: NDArray[np.int32]) -> Groups:
    """Return ``docs`` (integers[n]) by their ``codes`` (int32[n], from 0)."""
    sizes = np.bincount(codes)
    by_size = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    # The narrower they are, the quicker they are sorted.
    places = np.empty(len(sizes), np.min_scalar_type(len(by_size)))
    places[by_size] = np.arange(len(by_size))
    order = np.argsort(places[codes], kind="stable")
    return Groups(docs[order].astype(np.intp), by_size.astype(np.int32), sizes[by_size].cumsum())


NO_GROUPS = grouped(np.empty(0, np.int32), np.empty(0, np.int32))


class Names:
    """Strings numbered in the order in which they came; safe for many threads.

    Snapshots of later commits share it and add to it; a number never changes. Two snapshots may
    also number the same strings apart, each in an object of its own, so whatever goes by these
    numbers belongs here.
    """

    def __init__(self) -> None:
        #: The strings by their numbers; it only grows.
        self.strings: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()
        self._sorted: list[tuple[tuple[str, str, str], int]] = []
        self._ranks: NDArray[np.int32] = np.empty(0, np.int32)
        #: Numbers of the strings that hold each folded syllable, of the first so many strings.
        self._holders: dict[str, list[int]] = {}
        self._split = 0
        self._characters = 0

    @property
    def nbytes(self) -> int:
        """About how many bytes they take, with their order."""
        return NAME_BYTES * len(self.strings) + NAME_CHARACTER_BYTES * self._characters

    def numbers(self, strings: Iterable[str]) -> list[int]:
        """Return the number of each of ``strings``."""
        found = []
        with self._lock:
            for one in strings:
                number = self._numbers.get(one)
                if number is None:
                    number = self._numbers[one] = len(self.strings)
                    self.strings.append(one)
                    self._characters += len(one)
                found.append(number)
        return found

    def holding(self, folded: Iterable[str]) -> list[int]:
        """Return the numbers of the strings that hold every one of some folded syllables."""
        from searchengine.text.analysis import analyze_syllables

        with self._lock:
            for number in range(self._split, len(self.strings)):
                for one in set(analyze_syllables(self.strings[number])[1]):
                    self._holders.setdefault(one, []).append(number)
            self._split = len(self.strings)
            lists = sorted((self._holders.get(one, []) for one in set(folded)), key=len)
            first, *others = lists or [[]]
            return [one for one in first if all(_is_in(many, one) for many in others)]

    def ranks(self) -> NDArray[np.int32]:
        """Return the place of each string in the Vietnamese order, by its number: int32[n]."""
        from searchengine.text.collate import collation_key

        with self._lock:
            known, count = len(self._ranks), len(self.strings)
            if known < count:
                new = [(collation_key(self.strings[at]), at) for at in range(known, count)]
                # Quick where a few follow many that are in order already.
                self._sorted = sorted([*self._sorted, *sorted(new)])
                ranks = np.empty(count, np.int32)
                ranks[[at for _, at in self._sorted]] = np.arange(count, dtype=np.int32)
                self._ranks = ranks
            return self._ranks


def _is_in(ascending: Sequence[int], number: int) -> bool:
    place = bisect_left(ascending, number)
    return place < len(ascending) and ascending[place] == number
