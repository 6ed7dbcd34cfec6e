"""Documents into a segment's arrays: streams, columns and stored fields of one batch.

The same step serves the writer itself and the processes that work for it; those write a whole
small segment to two files, which the writer then takes in.
"""

from __future__ import annotations

import functools
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.document_fields import body_text, days_of, name_terms, number_keys
from searchengine.backends.embedded.index.arrays.builder import Builder
from searchengine.backends.embedded.index.batch_analysis import TokenArrays, Tokens
from searchengine.backends.embedded.index.schema import (
    FIRST_DAY,
    LAST_DAY,
    NO_DAY,
    ORDER,
    STAMP,
    columns_for,
    specs_for,
    stream_of,
)
from searchengine.backends.embedded.index.stored.writer import StoredWriter
from searchengine.backends.fields import BUILT_IN, NAME_FOLDED, NUMBERS, Field, label
from searchengine.document import Document
from searchengine.document_json import meta_of

MakeDocument = Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Pending:
    """A document to be written: its id, how to make it, what is known of where it came from."""

    id: str
    make: MakeDocument
    fingerprint: str = ""


class Assembler:
    """Adds batches of documents to a builder."""

    def __init__(self, builder: Builder, fields: Sequence[Field] = ()) -> None:
        """Add to ``builder``, whose segment has a stream, or more, for each of ``fields``."""
        self._builder = builder
        self._fields = (*BUILT_IN, *fields)
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
        streams[NAME_FOLDED] = self._listed(NAME_FOLDED, list(map(name_terms, documents)))
        days = np.array([days_of(d) or (NO_DAY, NO_DAY) for d in documents], np.int32)
        columns: dict[str, NDArray[Any]] = {FIRST_DAY: days[:, 0], LAST_DAY: days[:, 1]}
        for field in self._fields:
            values = [field.values(document) for document in documents]
            name = stream_of(field.name)
            labels = [list(dict.fromkeys(label(field.kind, v) for v in one)) for one in values]
            streams[name] = self._listed(name, labels)
            if field.kind != "keyword":
                columns[name] = np.array([one[0] if one else math.nan for one in values])
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


def make_segment(
    batch: Sequence[Pending], folder: str, fields: Sequence[Field] = ()
) -> BuiltSegment:
    """Write the documents of ``batch`` as a segment of two files in ``folder``.

    ``fields`` are those that the index declares.
    """
    temporary: Any = functools.partial(tempfile.TemporaryFile, dir=folder)
    builder = Builder(specs_for(fields), columns_for(fields), temporary, order=ORDER)
    stored = StoredWriter(temporary, quick=True)
    for values in Assembler(builder, fields).add(batch):
        stored.add(values)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".streams")
    with open(handle, "wb") as file:
        builder.write(file, STAMP, quick=True)
    with Path(name).with_suffix(".stored").open("wb") as file:
        stored.write(file)
    return BuiltSegment(name, str(Path(name).with_suffix(".stored")))
