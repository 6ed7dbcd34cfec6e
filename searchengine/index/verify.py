"""Verifying: reads the whole index once and says what does not hold together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from searchengine.errors import IndexDamagedError
from searchengine.index.arrays.segment import Segment
from searchengine.index.schema import SCORED_STREAMS
from searchengine.index.snapshot import READ_ERRORS, Snapshot


def verify_index(snapshot: Snapshot) -> list[str]:
    """Return one line a fault: altered bytes, documents that do not read back, wrong counts."""
    faults: list[str] = []
    for segment, stored in zip(snapshot.segments, snapshot.stored, strict=True):
        if _passes(segment.verify, faults):
            faults += _stream_faults(segment)
        _passes(stored.verify, faults)
        if segment.size != stored.size:
            faults.append(
                f"{segment.name} has {segment.size} documents, its stored fields {stored.size}: "
                "index the pages again into a new directory"
            )
    for number in np.flatnonzero(snapshot.live):
        try:
            document = snapshot.document(int(number))
            if snapshot.numbers_of(document.id) != [number]:
                faults.append(
                    f"document {document.id!r} is not found by its id: index its page again"
                )
        except IndexDamagedError as error:
            faults.append(str(error))
    return list(dict.fromkeys(faults))


def _passes(check: Callable[[], None], faults: list[str]) -> bool:
    try:
        check()
    except IndexDamagedError as error:
        faults.append(str(error))
        return False
    return True


def _stream_faults(segment: Segment) -> list[str]:
    """The postings of a stream must add up to each document's length."""
    faults = []
    for stream in SCORED_STREAMS:
        try:
            reader = segment.stream(stream)
            chunk = reader.chunk(0, len(reader))
            found = np.bincount(chunk.docs, weights=chunk.freqs, minlength=segment.size)
            wrong = np.count_nonzero(found != segment.lengths(stream))
            reason = f"disagree with the lengths of {wrong} documents" if wrong else ""
        except (*READ_ERRORS, IndexDamagedError) as error:
            reason = f"cannot be read ({error})"
        if reason:
            faults.append(
                f"{segment.name}: the postings of {stream!r} {reason}: "
                "index the pages again into a new directory"
            )
    return faults
