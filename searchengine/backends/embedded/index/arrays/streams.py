"""Many segments as one list of documents: postings, lengths and statistics of the whole.

Documents are numbered through all segments in their order; deleted ones keep their numbers but
appear in no postings and count in no statistic. Nothing here is cached but lengths: that is the
business of whoever asks, such as ``scoring``.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.counts import commonest, distinct_terms
from searchengine.backends.embedded.index.arrays.segment import Segment


class Postings(NamedTuple):
    """The live documents that hold a term.

    ``docs``: int32[n], ascending; ``freqs``: uint32[n], how often the term stands in each, None
    where it is once in all of them.
    """

    docs: NDArray[np.int32]
    freqs: NDArray[np.uint32] | None


class State(NamedTuple):
    """What is remembered of a state of an index, so that a later one can tell what is the same.

    ``names`` and ``ends`` of its segments, the latter the numbers behind their last documents.
    """

    names: tuple[str, ...]
    ends: tuple[int, ...]


class Shared(NamedTuple):
    """What two states share: documents below ``end``, save those that are ``gone`` since.

    ``gone``: int64[n], ascending.
    """

    end: int
    gone: NDArray[np.int64]


def shared_end(one: State, other: State) -> int:
    """Return behind which document two states differ: below it are the same, deleted or not."""
    end = 0
    for name, named, stop in zip(one.names, other.names, one.ends, strict=False):
        if name != named:
            break
        end = stop
    return end


class Streams:
    """One state of an index; safe for any number of reading threads."""

    def __init__(
        self, segments: Sequence[Segment], live: Sequence[NDArray[np.bool_] | None]
    ) -> None:
        """Look at ``segments``; ``live`` says of each which documents are, bool[size], or all."""
        self._segments = list(segments)
        self._live = [None if one is None or one.all() else one for one in live]
        sizes = [segment.size for segment in segments]
        self._bases = [sum(sizes[:i]) for i in range(len(sizes))]
        #: Documents, deleted ones included.
        self.size = sum(sizes)
        #: Which documents there are: bool[size].
        self.live: NDArray[np.bool_] = np.ones(self.size, np.bool_)
        for base, size, one in zip(self._bases, sizes, self._live, strict=True):
            if one is not None:
                self.live[base : base + size] = one
        self.live_count = int(np.count_nonzero(self.live))
        self._lengths: dict[str, NDArray[np.unsignedinteger[Any]]] = {}
        self._averages: dict[str, float] = {}

    @cached_property
    def state(self) -> State:
        """What a later state may be compared with; it holds no arrays."""
        ends = (*self._bases[1:], self.size) if self._bases else ()
        return State(tuple(one.name for one in self._segments), ends)

    def shared_with(self, before: Streams) -> Shared:
        """Return what an earlier commit, ``before``, shares with this one."""
        end = shared_end(before.state, self.state)
        gone = [np.empty(0, np.int64)]
        for start, earlier, later in zip(self._bases, before._live, self._live, strict=False):
            if start >= end:
                break
            if later is not None and later is not earlier:
                lost = ~later if earlier is None else earlier & ~later
                gone.append(np.flatnonzero(lost) + start)
        return Shared(end, np.concatenate(gone))

    def postings(self, stream: str, term: str, start: int = 0) -> Postings:
        """Return the live documents that hold ``term`` in ``stream``; empty if none do.

        Only those of segments that begin at document ``start`` or later.
        """
        parts = []
        for segment, live, base in zip(self._segments, self._live, self._bases, strict=True):
            if base < start:
                continue
            docs, freqs = segment.postings(stream, term)
            if live is not None and len(docs):
                kept = np.flatnonzero(live.take(docs))
                docs = docs.take(kept)
                freqs = None if freqs is None else freqs.take(kept)
            if len(docs):
                parts.append((docs + np.int32(base) if base else docs, freqs))
        if not parts:
            return Postings(np.empty(0, np.int32), None)
        if len(parts) == 1:
            return Postings(*parts[0])
        docs = np.concatenate([docs for docs, _ in parts])
        if all(freqs is None for _, freqs in parts):
            return Postings(docs, None)
        ones = [np.ones(len(d), np.uint32) if f is None else f for d, f in parts]
        return Postings(docs, np.concatenate(ones))

    def document_frequency(self, stream: str, term: str) -> int:
        """Return how many live documents hold ``term`` in ``stream``."""
        count = 0
        for segment, live in zip(self._segments, self._live, strict=True):
            held = segment.document_frequency(stream, term)
            if held and live is not None:
                held = int(np.count_nonzero(live[segment.postings(stream, term)[0]]))
            count += held
        return count

    def estimated_frequency(self, stream: str, phrase: str) -> int:
        """Return about how many documents, deleted ones included, hold ``phrase``."""
        return sum(one.estimated_frequency(stream, phrase) for one in self._segments)

    def commonest(self, stream: str, prefixes: Sequence[str], limit: int) -> list[tuple[str, int]]:
        """Return the commonest terms with any of ``prefixes``, each with its live documents.

        At most ``limit``, the commonest first; see :func:`counts.commonest` for bigrams.
        """
        found: set[str] = set()
        for segment in self._segments:
            found.update(commonest(segment, stream, prefixes, limit))
        counted = [(term, self.document_frequency(stream, term)) for term in found]
        counted.sort(key=lambda one: (-one[1], one[0]))
        return [one for one in counted if one[1]][:limit]

    def distinct_terms(self, streams: Sequence[str]) -> list[int]:
        """Return how many different terms live documents hold in each of ``streams``."""
        return distinct_terms(self._segments, self._live, streams)

    def lengths(self, stream: str) -> NDArray[np.unsignedinteger[Any]]:
        """Return tokens per document: unsigned[size]; zeros in a stream without lengths."""
        found = self._lengths.get(stream)
        if found is None:
            pieces = [segment.lengths(stream) for segment in self._segments]
            found = self._lengths[stream] = np.concatenate([np.empty(0, np.uint8), *pieces])
        return found

    def average_length(self, stream: str) -> float:
        """Return the mean number of tokens of a live document in ``stream``."""
        found = self._averages.get(stream)
        if found is None:
            total = sum(
                segment.total_length(stream)
                if live is None
                else int(segment.lengths(stream).sum(dtype=np.int64, where=live))
                for segment, live in zip(self._segments, self._live, strict=True)
            )
            found = self._averages[stream] = total / max(self.live_count, 1)
        return found

    def column(self, name: str) -> NDArray[Any]:
        """Return a per-document column through all segments: [size]."""
        pieces = [segment.column(name) for segment in self._segments]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int32)

    def terms(self, stream: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Yield the terms that begin with ``prefix`` and how many live documents hold each.

        In the order of the segments' dictionaries (a bigram's by its first half, then its second).
        """

        def of_segment(number: int) -> Iterator[tuple[list[bytes], str, int]]:
            segment, live = self._segments[number], self._live[number]
            reader = segment.stream(stream) if stream in segment.specs else None
            for term, place in segment.terms(stream, prefix):
                assert reader is not None
                if live is None:
                    count = reader.document_frequency(place)
                else:
                    count = int(np.count_nonzero(live[reader.postings(place)[0]]))
                yield term.encode().split(b" "), term, count

        merged = heapq.merge(*map(of_segment, range(len(self._segments))))
        for term, same in groupby(merged, itemgetter(1)):
            count = sum(one[2] for one in same)
            if count:
                yield term, count
