"""Documents into a segment's arrays: streams, columns and stored fields of one batch.

The same step serves the writer itself and the processes that work for it; those write a whole
small segment to two files, which the writer then takes in.
"""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from searchengine.backends.document_fields import body_text, days_of, facet_values, number_keys
from searchengine.backends.embedded.index.arrays.builder import Builder
from searchengine.backends.embedded.index.batch_analysis import TokenArrays, Tokens
from searchengine.backends.embedded.index.schema import (
    COLUMNS,
    FIRST_DAY,
    LAST_DAY,
    NO_DAY,
    STAMP,
    STREAM_SPECS,
)
from searchengine.backends.embedded.index.stored.document_codec import meta_of
from searchengine.backends.embedded.index.stored.writer import StoredWriter
from searchengine.backends.fields import FACETS, NUMBERS
from searchengine.document import Document

MakeDocument = Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Pending:
    """A document to be written: its id, how to make it, what is known of where it came from."""

    id: str
    make: MakeDocument
    fingerprint: str = ""


class Assembler:
    """Adds batches of documents to a builder."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._tokens = TokenArrays(builder)

    def add(self, batch: Sequence[Pending]) -> list[dict[str, str]]:
        """Add a batch; return the fields to be stored of each document."""
        documents = [pending.make() for pending in batch]
        bodies = [body_text(document) for document in documents]
        streams = self._tokens.streams(bodies, [bool(document.title) for document in documents])
        streams[NUMBERS] = self._listed(
            NUMBERS,
            [number_keys(d, body) for d, body in zip(documents, bodies, strict=True)],
        )
        facets = [facet_values(document) for document in documents]
        for name in FACETS:
            values = [[one[name]] if one[name] else [] for one in facets]
            streams[name] = self._listed(name, values)
        days = np.array([days_of(d) or (NO_DAY, NO_DAY) for d in documents], np.int32)
        columns = {FIRST_DAY: days[:, 0], LAST_DAY: days[:, 1]}
        self._builder.add(len(documents), streams, columns)
        return [
            _stored_fields(pending, document)
            for pending, document in zip(batch, documents, strict=True)
        ]

    def _listed(self, vocabulary: str, lists: list[list[str]]) -> Tokens:
        numbers = self._builder.numbering(vocabulary).numbers([t for one in lists for t in one])
        return numbers, np.array([len(one) for one in lists], np.int64)


def _stored_fields(pending: Pending, document: Document) -> dict[str, str]:
    fields = {"meta": json.dumps(meta_of(document), ensure_ascii=False), "text": document.text}
    if pending.fingerprint:
        fields["file"] = pending.fingerprint
    if document.original is not None:
        fields["original"] = document.original
    return fields


@dataclass(frozen=True, slots=True)
class BuiltSegment:
    """The two files of a small segment that another process made."""

    streams: str
    stored: str


def make_segment(batch: Sequence[Pending], folder: str) -> BuiltSegment:
    """Write the documents of ``batch`` as a segment of two files in ``folder``."""
    temporary: Any = functools.partial(tempfile.TemporaryFile, dir=folder)
    builder, stored = Builder(STREAM_SPECS, COLUMNS, temporary), StoredWriter(temporary, quick=True)
    for fields in Assembler(builder).add(batch):
        stored.add(fields)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".streams")
    with open(handle, "wb") as file:
        builder.write(file, STAMP)
    with Path(name).with_suffix(".stored").open("wb") as file:
        stored.write(file)
    return BuiltSegment(name, str(Path(name).with_suffix(".stored")))
