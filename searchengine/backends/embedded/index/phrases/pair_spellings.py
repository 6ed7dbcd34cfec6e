"""How the syllables of a common folded pair are spelled: nearly always in one way.

Of each common pair of folded syllables (cho biet) the usual spelling is kept (cho biết), and a
stream of the documents that have it spelled otherwise, with how often. So the documents of the
usual spelling, and how often each has it, are the pair's own less those of the stream, and
another spelling can only stand in the stream's: no text need be read for the former, and few for
the latter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.postings_codec import run_starts
from searchengine.backends.embedded.index.arrays.sections import SectionReader, SectionWriter
from searchengine.backends.embedded.index.arrays.stream_reader import StreamReader
from searchengine.backends.embedded.index.arrays.stream_writer import StreamWriter
from searchengine.backends.embedded.index.phrases.symbols import PairTable, lasts
from searchengine.backends.embedded.index.phrases.text_order import Texts

#: A pair in more documents than this is common: fewer texts are quickly read.
COMMON = 512
#: Folded syllables of common pairs are counted from 1 in 16 bits.
_SYLLABLES = (1 << 16) - 2
#: About so many places of other spellings are sorted together at the end.
WRITTEN_TOGETHER = 8_000_000

SECTION, STREAM = "usual", "unusual"


class SpellingWriter:
    """Learns the usual spellings from a sample of the texts, then notes where others stand."""

    def __init__(
        self,
        common: NDArray[np.uint64],
        holders: NDArray[np.int64],
        folded: NDArray[np.uint32],
        folded_terms: int,
        sample: Texts,
    ) -> None:
        """Look at the pairs ``common``, of which ``holders`` documents each hold one.

        ``common``: uint64[n], ``first * folded_terms + second``; ``folded``: the folded rank of
        each syllable's rank; ``sample``: some of the texts.
        """
        order = np.argsort(holders, kind="stable")
        keys = common[order]
        first, second = np.divmod(keys.astype(np.int64), max(folded_terms, 1))
        own = np.unique(np.concatenate((first, second)))[:_SYLLABLES]
        small = np.zeros(folded_terms, np.uint16)
        small[own] = np.arange(1, len(own) + 1)
        self._small: NDArray[np.uint16] = small[folded]
        small_first, small_second = small[first].astype(np.uint32), small[second]
        known = (small_first > 0) & (small_second > 0)
        self._table = PairTable((small_first << np.uint32(16) | small_second)[known])
        keys = keys[known][self._table.kept]
        by_key = np.argsort(keys)
        self._keys: NDArray[np.uint64] = keys[by_key]
        size = len(keys)
        #: The rank of each of the table's pairs by its key.
        self._ranks = np.empty(size, np.uint32)
        self._ranks[by_key] = np.arange(size)
        # Where the sample does not have a pair, none of its spellings is the usual one.
        self._first = np.full(size, np.iinfo(np.uint32).max, np.uint32)
        self._second = np.zeros(size, np.uint32)
        self._learn(sample, len(folded))
        #: Where other spellings stand: rank of the pair << 32 | document, each piece ascending.
        self._others: list[NDArray[np.uint64]] = []

    def _learn(self, sample: Texts, vocabulary: int) -> None:
        places, numbers = self._common_in(sample)
        spelled = sample.ranks[places].astype(np.uint64) * np.uint64(vocabulary)
        spelled += sample.ranks[places + 1]
        spellings, spelled = np.unique(spelled, return_inverse=True)
        both = numbers.astype(np.uint64) << np.uint64(32) | spelled.astype(np.uint64)
        distinct, counts = np.unique(both, return_counts=True)
        # The last of a pair is its commonest.
        order = np.lexsort((counts, distinct >> np.uint64(32)))
        distinct = distinct[order]
        numbers = (distinct >> np.uint64(32)).astype(np.uint32)
        usual = spellings[(distinct & np.uint64(0xFFFFFFFF)).astype(np.int64)]
        self._first[numbers] = usual // np.uint64(max(vocabulary, 1))
        self._second[numbers] = usual % np.uint64(max(vocabulary, 1))

    def add(self, texts: Texts, base: int) -> None:
        """Take in texts, those of documents from ``base`` on."""
        places, numbers = self._common_in(texts)
        other = texts.ranks[places] != self._first[numbers]
        other |= texts.ranks[places + 1] != self._second[numbers]
        docs = np.searchsorted(np.cumsum(texts.counts), places[other], side="right") + base
        both = numbers[other].astype(np.uint64) << np.uint64(32)
        self._others.append(np.sort(both | docs.astype(np.uint64)))

    def write(self, sections: SectionWriter) -> None:
        """Write the sections of a segment."""
        sections.add(f"{SECTION}/pairs", self._keys)
        sections.add(f"{SECTION}/first", self._first)
        sections.add(f"{SECTION}/second", self._second)
        writer = StreamWriter(pairs=True)
        parts = 1 + sum(map(len, self._others)) // WRITTEN_TOGETHER
        bounds = np.linspace(0, len(self._keys), parts + 1).astype(np.uint64) << np.uint64(32)
        for low, high in pairwise(bounds):
            pieces = [one[slice(*np.searchsorted(one, (low, high)))] for one in self._others]
            others, freqs = np.unique(
                np.concatenate([np.empty(0, np.uint64), *pieces]), return_counts=True
            )
            ranks = others >> np.uint64(32)
            firsts = run_starts(ranks)
            writer.add(
                self._keys[ranks[firsts].astype(np.int64)],
                np.diff(firsts, append=len(ranks)),
                (others & np.uint64(0xFFFFFFFF)).astype(np.int32),
                freqs.astype(np.uint32),
            )
        writer.write(sections, STREAM)

    def _common_in(self, texts: Texts) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Where common pairs begin in texts, and their ranks by key."""
        syllables = self._small[texts.ranks]
        places = np.flatnonzero(self._table.begins(syllables) & ~lasts(texts.counts)[:-1])
        return places, self._ranks[self._table.numbers(syllables, places)]


class PairSpellings:
    """The usual spellings of a segment's common pairs; safe for any number of threads."""

    def __init__(self, sections: SectionReader, size: int) -> None:
        """Open those of a segment of ``size`` documents."""
        self._keys = cast("Sequence[int]", sections.array(f"{SECTION}/pairs").data)
        self._first = sections.array(f"{SECTION}/first")
        self._second = sections.array(f"{SECTION}/second")
        self._others = StreamReader(sections, STREAM, size, pairs=True)

    def usual(self, pair: int) -> tuple[int, int] | None:
        """Return the ranks of both syllables of a folded pair's usual spelling, by its key.

        None for a pair that is not common.
        """
        place = bisect_left(self._keys, pair)
        if place == len(self._keys) or self._keys[place] != pair:
            return None
        return int(self._first[place]), int(self._second[place])

    def others(self, pair: int) -> tuple[NDArray[np.int32], NDArray[np.uint32] | None]:
        """Return the documents that have a common pair spelled otherwise, and how often."""
        term = self._others.find(pair)
        if term < 0:
            return np.empty(0, np.int32), None
        docs, freqs = self._others.postings(term)
        return docs, None if freqs is None else freqs.astype(np.uint32)
