"""Our codec for Whoosh's segments: token streams as arrays, stored fields in compressed blocks.

Whoosh's seams (codec, segment, writer) are used as they are meant: identifiers and whatever else
is an ordinary field stay with its own codec; two files more lie beside its own in each segment,
written before the commit and mapped by readers.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3PerDocWriter, W3Segment
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from searchengine.errors import IndexDamagedError
from searchengine.index.arrays.builder import Builder
from searchengine.index.arrays.segment import Segment
from searchengine.index.schema import COLUMNS, STAMP, STREAM_SPECS
from searchengine.index.stored import StoredReader, StoredWriter

STREAMS_EXTENSION = ".streams"
STORED_EXTENSION = ".stored"


class ArraySegment(W3Segment):  # type: ignore[misc]
    """Whoosh's segment, read by our codec."""

    def codec(self, **_: Any) -> ArrayCodec:
        """Return the codec that reads this segment."""
        return ArrayCodec()


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec but for stored fields; token streams are the writer's and snapshot's."""

    # Our lengths are exact and lie with the streams; Whoosh's would cost a look-up a posting.
    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        """Return a new, empty segment."""
        return ArraySegment(self, indexname)

    def per_document_writer(self, storage: Any, segment: Any) -> _PerDocumentWriter:
        """Return the writer of a segment's stored fields."""
        return _PerDocumentWriter(self, storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> _PerDocumentReader:
        """Return the reader of a segment's stored fields."""
        return _PerDocumentReader(storage, segment)


class _PerDocumentWriter(W3PerDocWriter):  # type: ignore[misc]
    """Puts stored fields in blocks; ``skip`` counts documents whose fields come with a segment."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self.stored = StoredWriter(temporary_in(storage))
        self.forgotten = False

    def finish_doc(self) -> None:
        """End a document: its fields go into a block."""
        fields: dict[str, str] = self._storedfields
        if fields:
            self.stored.add(fields)
            fields.clear()
        self._indoc = False

    def append(self, reader: StoredReader, live: NDArray[np.bool_] | None) -> int:
        """Take in the documents of a segment; return how many."""
        before = self.stored.size
        self.stored.append(reader, live)
        added = self.stored.size - before
        self._doccount += added
        return added

    def forget(self) -> None:
        """Let go of everything: this segment will not be."""
        self.forgotten = True
        self.stored.close()

    def close(self) -> None:
        """Write the file of stored fields, and what Whoosh itself keeps."""
        if not self.is_closed:
            super().close()
            if self.forgotten:
                return
            name = self._segment.make_filename(STORED_EXTENSION)
            with self._storage.create_file(name) as file:
                self.stored.write(file)


class _PerDocumentReader(W3PerDocReader):  # type: ignore[misc]
    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self.stored = open_stored(storage, segment)

    def stored_fields(self, docnum: int) -> dict[str, str]:
        """Return the stored fields of a document."""
        return self.stored.fields(docnum)


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, which adds and merges token streams and blocks beside ordinary fields.

    ``superseded`` are documents of this writer that a later one replaced, by number.
    """

    def __init__(self, index: FileIndex) -> None:
        self.superseded: list[int] = []
        # Separate files, not a compound one: ours must be mapped where they lie.
        super().__init__(index, codec=ArrayCodec(), compound=False)
        self.builder = Builder(STREAM_SPECS, COLUMNS, temporary_in(self.storage))

    def get_segment(self) -> Any:
        """Return the segment being written, without the documents that were replaced."""
        segment = super().get_segment()
        for number in self.superseded:
            if not segment.is_deleted(number):
                segment.delete_document(number)
        return segment

    def append(self, streams: Segment, stored: StoredReader, ids: list[str]) -> None:
        """Take in documents that another process made, with their ``ids``."""
        self.builder.append(streams, None)
        self.perdocwriter.append(stored, None)
        field = self.schema["id"]
        for number, id_ in enumerate(ids, self.docnum):
            for term, _, weight, value in field.index(id_):
                self.pool.add(("id", term, number, weight, value))
        self.docnum += len(ids)
        self._added = True

    def write_per_doc(self, fieldnames: Any, reader: Any) -> dict[int, int] | None:
        """Take in the documents of a segment being merged; return where each has gone."""
        segment = reader.segment()
        live = live_of(segment)
        self.builder.append(open_streams(self.storage, segment), live)
        added = self.perdocwriter.append(open_stored(self.storage, segment), live)
        numbers = range(self.docnum, self.docnum + added)
        self.docnum += added
        if live is None:
            return None
        return dict(zip(np.flatnonzero(live).tolist(), numbers, strict=True))

    def cancel(self) -> None:
        """Forget everything since the last commit."""
        self.builder.close()
        self.perdocwriter.forget()
        super().cancel()
        for name in self.newsegment.list_files(self.storage):
            self.storage.delete_file(name)

    def _flush_segment(self) -> None:
        super()._flush_segment()
        name = self.newsegment.make_filename(STREAMS_EXTENSION)
        with self.storage.create_file(name) as file:
            self.builder.write(file, STAMP)


def live_of(segment: Any) -> NDArray[np.bool_] | None:
    """Return which documents of a segment are not deleted, bool[size]; None if all are there."""
    if not segment.has_deletions():
        return None
    live = np.ones(segment.doc_count_all(), np.bool_)
    live[list(segment.deleted_docs())] = False
    return live


def open_streams(storage: Any, segment: Any) -> Segment:
    """Map the token streams of a segment."""
    name = segment.make_filename(STREAMS_EXTENSION)
    streams = Segment(mapped(storage, name), name)
    if dict(streams.stamp) != STAMP:
        raise IndexDamagedError(
            f"{name} was made by {dict(streams.stamp)}, this program reads {STAMP}: "
            "index the pages again into a new directory"
        )
    return streams


def open_stored(storage: Any, segment: Any) -> StoredReader:
    """Map the stored documents of a segment."""
    name = segment.make_filename(STORED_EXTENSION)
    return StoredReader(mapped(storage, name), name)


def mapped(storage: Any, name: str) -> mmap.mmap:
    """Map a file of the index; it stays readable when a later commit deletes its name."""
    return mapped_file(os.path.join(storage.folder, name))


def mapped_file(path: str) -> mmap.mmap:
    """Map a whole file for reading."""
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def temporary_in(storage: Any) -> Callable[[], BinaryIO]:
    """Return a function that opens a nameless temporary file on the index's own disk."""

    def temporary() -> BinaryIO:
        file: Any = tempfile.TemporaryFile(dir=storage.folder)  # noqa: SIM115, closed by its user
        opened: BinaryIO = file
        return opened

    return temporary
