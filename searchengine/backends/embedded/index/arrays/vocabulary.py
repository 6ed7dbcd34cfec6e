"""Term dictionaries: the sorted strings of a segment, and the growing ones of a batch.

A term's number is its rank in the order of UTF-8 bytes. Renumbering from one dictionary into
another therefore keeps every order, also that of bigrams, which is what makes merging a
matter of sorted arrays. Several streams may share a dictionary.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import CacheBudget, Memo
from searchengine.backends.embedded.index.arrays.sections import (
    SectionReader,
    SectionWriter,
    damaged,
)

#: So many answers of a dictionary are remembered.
REMEMBERED = 20_000
#: Dictionaries of at most so many strings are read as a whole: those of a few pages.
SMALL = 4096


class Numbering(dict[str, int]):
    """Numbers strings in the order in which they first come: ``numbering[term]`` never fails."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number

    def numbers(self, terms: Sequence[str]) -> NDArray[np.int32]:
        """Return the numbers of ``terms``: int32[n]."""
        return np.fromiter(map(self.__getitem__, terms), np.int32, len(terms))


def ranks_of(numbering: Numbering) -> tuple[list[bytes], NDArray[np.int64]]:
    """Return a numbering's strings sorted, and each number's rank among them: int64[n].

    Lone surrogates, which UTF-8 cannot say, become question marks; strings that are the same
    then share a rank.
    """
    encoded = [term.encode("utf-8", "replace") for term in numbering]
    terms = sorted(set(encoded))
    rank = dict(zip(terms, range(len(terms)), strict=True))
    return terms, np.fromiter(map(rank.__getitem__, encoded), np.int64, len(encoded))


def write_vocabulary(sections: SectionWriter, name: str, terms: Sequence[bytes]) -> None:
    """Write sorted ``terms`` as the dictionary ``name``."""
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    ends = np.cumsum(lengths)
    wide = len(ends) and int(ends[-1]) > np.iinfo(np.uint32).max
    sections.add(f"{name}/ends", ends.astype(np.uint64 if wide else np.uint32))
    sections.add(f"{name}/terms", np.frombuffer(b"".join(terms), np.uint8))


class Vocabulary:
    """The sorted strings of one dictionary, found by bisection in the mapped file."""

    def __init__(
        self, sections: SectionReader, name: str, budget: CacheBudget | None = None
    ) -> None:
        """Read ``name`` of ``sections``; what was found is remembered within ``budget``."""
        self._ends = sections.array(f"{name}/ends").data
        self._bytes = sections.array(f"{name}/terms").data
        self._found: Memo[bytes, int] = Memo(budget or CacheBudget(), "dictionaries", REMEMBERED)
        self._file = sections.name
        self._whole: dict[bytes, int] | None = None
        if len(self._ends) <= SMALL:
            self._whole = dict(zip(self.terms(), self._ranks, strict=True))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, rank: int) -> bytes:
        try:
            start = self._ends[rank - 1] if rank else 0
            return self._bytes[start : self._ends[rank]].tobytes()
        except IndexError as error:
            raise damaged(self._file, error) from error

    def find(self, term: bytes) -> int:
        """Return the rank of ``term``, or -1 if it is not in the dictionary."""
        if self._whole is not None:
            return self._whole.get(term, -1)
        found = self._found.get(term)
        if found is None:
            rank = bisect_left(self._ranks, term, key=self.__getitem__)
            found = rank if rank < len(self) and self[rank] == term else -1
            # A query asks for the same strings in several streams and bigrams.
            self._found.put(term, found)
        return found

    def prefixed(self, prefix: bytes) -> range:
        """Return the ranks of the terms that begin with ``prefix``."""
        length = len(prefix)
        first = bisect_left(self._ranks, prefix, key=self.__getitem__)
        return range(
            first, bisect_right(self._ranks, prefix, first, key=lambda r: self[r][:length])
        )

    def terms(self, ranks: Iterable[int] | None = None) -> Iterator[bytes]:
        """Yield the terms of ``ranks`` (all if None) in that order."""
        if ranks is not None:
            for rank in ranks:
                yield self[rank]
            return
        whole, start = self._bytes.tobytes(), 0
        for end in self._ends.tolist():
            yield whole[start:end]
            start = end

    @property
    def _ranks(self) -> range:
        return range(len(self))


def merge_vocabularies(
    vocabularies: Sequence[Vocabulary],
) -> tuple[list[bytes], list[NDArray[np.int64]]]:
    """Return the union of the dictionaries, sorted, and for each one its ranks' new ranks."""
    lists = [list(vocabulary.terms()) for vocabulary in vocabularies]
    if len(lists) == 1:
        return lists[0], [np.arange(len(lists[0]))]
    terms = sorted(set().union(*lists))
    rank = dict(zip(terms, range(len(terms)), strict=True))
    return terms, [np.fromiter(map(rank.__getitem__, one), np.int64, len(one)) for one in lists]
