"""Verifying: reads the whole index once and says what does not hold together."""

from __future__ import annotations

import numpy as np

from searchengine.errors import IndexDamagedError
from searchengine.index.schema import SCORED_STREAMS
from searchengine.index.snapshot import READ_ERRORS, Snapshot


def verify_index(snapshot: Snapshot) -> list[str]:
    """Return one line a fault: documents that do not read back, counts that do not agree."""
    faults = []
    for number in np.flatnonzero(snapshot.live):
        try:
            document = snapshot.document(int(number))
            if snapshot.numbers_of(document.id) != [number]:
                faults.append(
                    f"document {document.id!r} is not found by its id: index its page again"
                )
        except IndexDamagedError as error:
            faults.append(str(error))
    for stream in SCORED_STREAMS:
        fault = _stream_fault(snapshot, stream)
        if fault:
            faults.append(f"{fault}: index the pages again into a new directory")
    return faults


def _stream_fault(snapshot: Snapshot, stream: str) -> str | None:
    """The postings of a stream must add up to each document's length."""
    found = np.zeros(snapshot.size, np.int64)
    try:
        for term in snapshot.terms(stream):
            docs, freqs = snapshot.postings(stream, term)
            if len(docs) and (docs[-1] >= snapshot.size or docs[0] < 0):
                return f"the postings of {term!r} in {stream!r} name documents that do not exist"
            found[docs] += freqs
    except READ_ERRORS as error:
        return f"the postings of stream {stream!r} cannot be read ({error})"
    wrong = np.flatnonzero(snapshot.live & (found != snapshot.lengths(stream)))
    if len(wrong):
        return f"stream {stream!r} disagrees with the lengths of {len(wrong)} documents"
    return None
