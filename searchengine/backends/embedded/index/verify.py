"""Verifying: reads the whole index once and says what does not hold together.

Files first, each against the checksums written with it; then what they say: counts, documents
that read back, ids that find them. Every fault is a line that names the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from searchengine.backends.embedded.index.arrays.sections import damaged, reading
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.codec import check_file
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.storage import Index, check_stamp
from searchengine.backends.embedded.index.snapshot import READ_ERRORS, Snapshot
from searchengine.backends.fields import SCORED_STREAMS
from searchengine.backends.vectors.passages import text_hash
from searchengine.errors import IndexDamagedError

#: Postings that are looked at together; about fifty bytes each while that lasts.
CHUNK_POSTINGS = 2_000_000
#: Texts that are read together.
CHUNK_DOCUMENTS = 4_096


def verify_index(index: Index) -> list[str]:
    """Return one line a fault: altered bytes, documents that do not read back, wrong counts."""
    return _steadily(index, lambda: _faults(index))


def file_faults(index: Index) -> list[str]:
    """Return one line for each file whose bytes are not those that were written."""
    return _steadily(index, lambda: _all_file_faults(index))


def _steadily(index: Index, look: Callable[[], Iterable[str]]) -> list[str]:
    try:
        with reading(f"the index in {index.storage.folder}"):
            return index.steadily(lambda: list(dict.fromkeys(look())))
    except IndexDamagedError as error:
        return [str(error)]


def _faults(index: Index) -> Iterator[str]:
    faults = _all_file_faults(index)
    yield from faults
    if not faults:
        yield from _content_faults(Snapshot(index))


def _all_file_faults(index: Index) -> list[str]:
    check_stamp(Path(index.storage.folder))
    return [
        fault
        for segment in index.read_toc().segments
        for name in segment.files
        for fault in _file_faults(index.storage, segment, name)
    ]


def _file_faults(storage: Directory, segment: Any, name: str) -> Iterator[str]:
    """What is wrong with the bytes of one file of a segment."""
    try:
        check_file(storage, segment, name)
    except IndexDamagedError as error:
        yield str(error)
    except FileNotFoundError:
        raise
    except OSError as error:
        yield str(damaged(storage.path(name), error.strerror or error))


def _content_faults(snapshot: Snapshot) -> Iterator[str]:
    for segment in snapshot.segments:
        yield from _stream_faults(segment)
    yield from _vector_faults(snapshot)
    for number in np.flatnonzero(snapshot.live).tolist():
        try:
            document = snapshot.document(number)
            if snapshot.numbers_of(document.id) != [number]:
                yield f"document {document.id!r} is not found by its id: index its page again"
        except IndexDamagedError as error:
            yield str(error)


def _vector_faults(snapshot: Snapshot) -> Iterator[str]:
    """Vectors must be of one model, each document's once, and of its title and text."""
    try:
        snapshot.vector_model  # noqa: B018 (which says so)
    except IndexDamagedError as error:
        yield str(error)
    for base, segment in zip(snapshot.bases, snapshot.segment_vectors, strict=True):
        seen: set[int] = set()
        for file in segment.files if segment else ():
            wrong = 0
            for place, doc in enumerate(file.docs.tolist()):
                if snapshot.live[base + doc]:
                    document = snapshot.document(base + doc, original=False)
                    spans = file.vectors(place).spans
                    outside = spans.size and spans.max() > len(document.text)
                    of_another = int(file.hashes[place]) != text_hash(document)
                    wrong += bool(doc in seen or outside or of_another)
                seen.add(doc)
            if wrong:
                yield str(damaged(file.name, f"the vectors of {wrong} documents are not theirs"))


def _stream_faults(segment: Segment) -> Iterator[str]:
    """The postings of a stream must add up to each document's length."""
    for stream in SCORED_STREAMS:
        try:
            found = _lengths_by_postings(segment, stream)
            wrong = np.count_nonzero(found != segment.lengths(stream))
            reason = f"disagree with the lengths of {wrong} documents" if wrong else ""
        except (*READ_ERRORS, IndexDamagedError) as error:
            reason = f"cannot be read: {error}"
        if reason:
            yield str(damaged(segment.name, f"the postings of {stream!r} {reason}"))
    try:
        others = _texts_that_disagree(segment)
        reason = f"disagrees with the postings of {others} syllables" if others else ""
    except (*READ_ERRORS, IndexDamagedError) as error:
        reason = f"cannot be read: {error}"
    if reason:
        yield str(damaged(segment.name, f"the text order {reason}"))


def _texts_that_disagree(segment: Segment) -> int:
    """Return how many syllables the texts hold at more or fewer places than the postings say."""
    order = segment.order
    assert order is not None
    texts = segment.texts()
    found = np.zeros(len(segment.vocabulary(order.syllables)), np.int64)
    for first in range(0, segment.size, CHUNK_DOCUMENTS):
        docs = np.arange(first, min(first + CHUNK_DOCUMENTS, segment.size))
        ranks, counts = texts.texts(docs)
        found += np.bincount(ranks, minlength=len(found))
        if (counts != segment.lengths(order.syllables)[docs]).any():
            raise ValueError("texts of other lengths")
    expected = np.zeros(len(found), np.int64)
    reader = segment.stream(order.syllables)
    chunk = reader.chunk(0, len(reader))
    if len(chunk.keys):
        starts = np.cumsum(chunk.counts) - chunk.counts
        expected[chunk.keys] = np.add.reduceat(chunk.freqs, starts, dtype=np.int64)
    return int(np.count_nonzero(found != expected))


def _lengths_by_postings(segment: Segment, stream: str) -> Any:
    """Return how many tokens the postings say that each document has: float64[size]."""
    reader = segment.stream(stream)
    firsts, sizes = reader.weights()
    found = np.zeros(segment.size)
    # Blocks of terms are taken together until they hold enough postings.
    groups = np.cumsum(sizes) // CHUNK_POSTINGS
    starts = firsts[np.flatnonzero(np.diff(groups, prepend=-1))].tolist()
    for first, last in pairwise([*starts, len(reader)]):
        chunk = reader.chunk(first, last)
        found += np.bincount(chunk.docs, weights=chunk.freqs, minlength=segment.size)
    return found
