"""Counting terms: how many distinct ones there are, and the commonest with a given beginning.

Both look at whole ranges of a stream as arrays, for an index of any number of segments, with
deleted documents left out. Finding a term that is known is :mod:`streams`' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.arrays.stream_reader import StreamReader

#: Postings that are decoded at a time to see which terms of a segment outlived its deletions.
CHUNK_POSTINGS = 2_000_000

Live = Sequence[NDArray[np.bool_] | None]


def distinct_terms(segments: Sequence[Segment], live: Live, streams: Iterable[str]) -> list[int]:
    """Return how many different terms live documents hold in each of ``streams``.

    ``live`` says of each segment which documents there are, bool[size], or None for all.
    """
    counts = []
    joint: dict[str, tuple[int, list[NDArray[np.int64]]]] = {}
    for stream in streams:
        holders = [
            (segment, one)
            for segment, one in zip(segments, live, strict=True)
            if stream in segment.specs
        ]
        keys = [_live_keys(segment.stream(stream), one) for segment, one in holders]
        if len(keys) < 2:
            counts.append(sum(map(len, keys)))
            continue
        spec = holders[0][0].specs[stream]
        if spec.vocabulary not in joint:
            joint[spec.vocabulary] = _joint_numbers([one for one, _ in holders], spec.vocabulary)
        size, numbers = joint[spec.vocabulary]
        renumbered = [
            _renumbered(key, number, size, pairs=spec.pairs)
            for key, number in zip(keys, numbers, strict=True)
        ]
        counts.append(len(np.unique(np.concatenate(renumbered))))
    return counts


def commonest(segment: Segment, stream: str, prefixes: Iterable[str], limit: int) -> list[str]:
    """Return about the ``limit`` commonest terms of a segment that begin with any of ``prefixes``.

    Deleted documents still count here; a bigram's prefix is its first half and a beginning of the
    second.
    """
    spec = segment.specs.get(stream)
    if spec is None:
        return []
    vocabulary, reader = segment.vocabulary(spec.vocabulary), segment.stream(stream)
    ranges = _joined(segment.term_range(stream, prefix) for prefix in prefixes)
    if not ranges:
        return []
    terms = np.concatenate([np.arange(first, last) for first, last in ranges])
    if len(terms) > limit:
        sizes = np.concatenate([reader.sizes(first, last) for first, last in ranges])
        terms = np.sort(terms[np.argpartition(-sizes, limit)[:limit]])
    base, found = len(vocabulary), []
    for term in terms.tolist():
        key = int(reader.keys(term, term + 1)[0])
        name = vocabulary[key // base] + b" " + vocabulary[key % base] if spec.pairs else None
        found.append((vocabulary[key] if name is None else name).decode("utf-8", "replace"))
    return found


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, without empty ones, those joined that overlap."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first < found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        elif first < last:
            found.append((first, last))
    return found


def _live_keys(reader: StreamReader, live: NDArray[np.bool_] | None) -> NDArray[np.uint64]:
    """Return the keys of the terms that live documents hold: uint64[n], ascending."""
    if live is None:
        return reader.keys()
    firsts, weights = reader.weights()
    pieces = [np.empty(0, np.uint64)]
    cuts = np.flatnonzero(np.diff(np.cumsum(weights) // CHUNK_POSTINGS)) + 1
    bounds = [0, *firsts[cuts].tolist(), len(reader)]
    for first, last in pairwise(bounds):
        if first == last:
            continue
        chunk = reader.chunk(first, last)
        starts = np.cumsum(chunk.counts) - chunk.counts
        held = np.add.reduceat(live[chunk.docs], starts, dtype=np.int64)
        pieces.append(chunk.keys[held > 0])
    return np.concatenate(pieces)


def _joint_numbers(
    segments: Sequence[Segment], vocabulary: str
) -> tuple[int, list[NDArray[np.int64]]]:
    """Number the terms of all segments together; return how many, and each segment's numbers."""
    known: dict[bytes, int] = {}
    numbers = [
        np.fromiter(
            (known.setdefault(term, len(known)) for term in segment.vocabulary(vocabulary).terms()),
            np.int64,
        )
        for segment in segments
    ]
    return len(known), numbers


def _renumbered(
    keys: NDArray[np.uint64], numbers: NDArray[np.int64], size: int, *, pairs: bool
) -> NDArray[np.int64]:
    if not pairs:
        return numbers[keys]
    left, right = np.divmod(keys, np.uint64(max(len(numbers), 1)))
    found: NDArray[np.int64] = numbers[left] * size + numbers[right]
    return found
