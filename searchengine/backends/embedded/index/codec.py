"""Our codec for Whoosh's segments: token streams as arrays, stored fields in compressed blocks.

Whoosh's seams (codec, segment, writer) are used as they are meant: identifiers and whatever else
is an ordinary field stay with its own codec; two files more lie beside its own in each segment,
written before the commit and mapped by readers.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3PerDocWriter, W3Segment
from whoosh.index import TOC, LockError
from whoosh.writing import SegmentWriter

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.arrays.sections import damaged
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.storage import Index, check_size, clean
from searchengine.backends.embedded.index.schema import COLUMNS, STAMP, STREAM_SPECS
from searchengine.backends.embedded.index.stored.reader import SERIES, StoredReader
from searchengine.backends.embedded.index.stored.writer import StoredWriter
from searchengine.errors import IndexDamagedError, IndexWriteError

STREAMS_EXTENSION = ".streams"
STORED_EXTENSION = ".stored"
#: Stored fields that lie in blocks, if their value is a string.
IN_BLOCKS = tuple(name for members in SERIES.values() for name in members)


class ArraySegment(W3Segment):  # type: ignore[misc]
    """Whoosh's segment, read by our codec.

    ``files`` are the size and the CRC-32 of each of its files by name; None instead of the
    checksum for those that carry checksums of their own.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.files: dict[str, tuple[int, int | None]] = {}

    @classmethod
    def _random_id(cls, size: int = 16) -> str:
        """Return a name for a new segment, another one each time.

        Whoosh draws it from ``random``: where a program seeds that, each run would give the same
        name, and write over the files of the last.
        """
        return os.urandom(size // 2).hex()

    def codec(self, **_: Any) -> ArrayCodec:
        """Return the codec that reads this segment."""
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """Return False: separate files, not a compound one, for ours are mapped where they lie."""
        return False


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec but for stored fields; token streams are the writer's and snapshot's.

    It serves any schema, storage and writer of Whoosh's: what has no place in our blocks stays in
    Whoosh's own column.
    """

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        """Return a new, empty segment."""
        return ArraySegment(self, indexname)

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        """Return the reader of ordinary fields; raises :class:`IndexDamagedError` if altered."""
        # Whoosh unpickles what it finds there.
        for extension in (self.TERMS_EXT, self.POSTS_EXT):
            name = segment.make_filename(extension)
            # A writer of Whoosh's own keeps no checksums.
            if name in segment.files:
                check_file(storage, segment, name)
        return super().terms_reader(storage, segment)

    def per_document_writer(self, storage: Any, segment: Any) -> _PerDocumentWriter:
        """Return the writer of a segment's stored fields."""
        return _PerDocumentWriter(self, storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> _PerDocumentReader:
        """Return the reader of a segment's stored fields."""
        return _PerDocumentReader(storage, segment)


class _PerDocumentWriter(W3PerDocWriter):  # type: ignore[misc]
    """Puts our stored fields in blocks, and any others where Whoosh puts them."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self.stored = StoredWriter(getattr(storage, "temporary", tempfile.TemporaryFile))

    def finish_doc(self) -> None:
        """End a document: our fields go into blocks, others into Whoosh's column."""
        # Whoosh calls this when it closes as well, with no document begun.
        if self._indoc:
            fields: dict[str, Any] = self._storedfields
            # JSON gives back a string as it was, and little else.
            ours = [name for name in IN_BLOCKS if type(fields.get(name)) is str]
            self.stored.add({name: fields.pop(name) for name in ours})
        super().finish_doc()

    def append(self, reader: StoredReader, live: NDArray[np.bool_] | None) -> int:
        """Take in the documents of a segment; return how many."""
        before = self.stored.size
        self.stored.append(reader, live)
        added = self.stored.size - before
        self._doccount += added
        return added

    def close(self) -> None:
        """Write the file of stored fields, and what Whoosh itself keeps."""
        if not self.is_closed:
            super().close()
            name = self._segment.make_filename(STORED_EXTENSION)
            with self._storage.create_file(name) as file:
                self.stored.write(file)


class _PerDocumentReader(W3PerDocReader):  # type: ignore[misc]
    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self.stored = open_stored(storage, segment)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        return {**super().stored_fields(docnum), **self.stored.fields(docnum)}


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, which adds and merges token streams and blocks beside ordinary fields.

    ``superseded`` are documents of this writer that a later one replaced, by number.
    """

    def __init__(self, index: Index) -> None:
        """Take the lock and begin a segment; raises Whoosh's LockError while another has it."""
        from searchengine.backends.embedded.index.arrays.builder import (
            Builder,  # Searching needs none of it.
        )

        self.superseded: list[int] = []
        self.storage = index.storage
        lock = index.lock("WRITELOCK")
        if not lock.acquire():
            raise LockError
        try:
            toc = index.read_toc()
            clean(self.storage, toc.generation, toc.segments)
            codec = ArrayCodec()
            # Our lengths are exact and lie with the streams; Whoosh's cost a look-up a posting.
            codec.length_stats = False
            super().__init__(index, codec=codec, _lk=False)
            self.writelock = lock
            self.builder = Builder(STREAM_SPECS, COLUMNS, self.storage.temporary)
        except BaseException:
            self.writelock = lock
            self._let_go()
            raise

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

    def add_reader(self, reader: Any) -> None:
        """Merge a segment, unless it is damaged: damage must not get a new checksum."""
        segment = reader.segment()
        for name in segment.files:
            check_file(self.storage, segment, name)
        super().add_reader(reader)

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
        """Forget everything since the last commit; what was put in place is left in place."""
        self._check_state()
        try:
            self.storage.abandon()
            self.builder.close()
            self.perdocwriter.stored.close()
            # A commit that failed after its table of contents had its name is a commit.
            if self.writelock.held() and not self._in_place():
                clean(self.storage, self.generation - 1, self.segments)
        finally:
            self._let_go()

    def _flush_segment(self) -> None:
        super()._flush_segment()
        name = self.newsegment.make_filename(STREAMS_EXTENSION)
        with self.storage.create_file(name) as file:
            self.builder.write(file, STAMP)

    def check_lock(self) -> None:
        """Raise :class:`IndexWriteError` if another writer may be at work."""
        if not self.writelock.held():
            raise IndexWriteError(
                f"this writer of {self.storage.folder} has lost its lock, by a fork or because "
                "somebody deleted the lock's file: open another one and add the documents again"
            )

    def _commit_toc(self, segments: list[Any]) -> None:
        """Make the commit: all files are on the disk before the table of contents names them.

        Only when that is on the disk as well are old files deleted.
        """
        self.check_lock()
        new = [segment for segment in segments if segment is self.newsegment]
        for segment in new:
            for name in segment.list_files(self.storage):
                own = name.endswith((STREAMS_EXTENSION, STORED_EXTENSION))
                checksum = None if own else self.storage.checksum(name)
                segment.files[name] = self.storage.size(name), checksum
            self.storage.sync(segment.files)
        try:
            TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)
        except OSError as error:
            if not self._in_place():
                raise
            raise IndexWriteError(
                f"the commit to {self.storage.folder} is made, but the disk does not confirm it "
                f"({error.strerror or error}): check the disk, then commit again"
            ) from error
        clean(self.storage, self.generation, segments)

    def _in_place(self) -> bool:
        """Whether the table of contents of this writer's commit has its name."""
        name = TOC._filename(self.indexname, self.generation)
        return bool(self.storage.file_exists(name))

    def _finish(self) -> None:
        self._let_go()

    def _cleanup_on_error(self) -> None:
        """Do nothing: some versions of Whoosh let go of the lock here, before ``cancel`` cleans."""

    def _let_go(self) -> None:
        self.is_closed = True
        self.storage.abandon()
        try:
            temporary = getattr(self, "_tempstorage", None)
            if temporary is not None and self.writelock.held():
                temporary.destroy()
        finally:
            self.writelock.release()


def live_of(segment: Any) -> NDArray[np.bool_] | None:
    """Return which documents of a segment are not deleted, bool[size]; None if all are there."""
    if not segment.has_deletions():
        return None
    live = np.ones(segment.doc_count_all(), np.bool_)
    live[list(segment.deleted_docs())] = False
    return live


def check_file(storage: Directory, segment: Any, name: str) -> None:
    """Read every byte of one of a segment's files.

    Raises FileNotFoundError if it is missing, :class:`IndexDamagedError` if it is altered.
    """
    size, checksum = segment.files[name]
    check_size(storage, name, size)
    if name == segment.make_filename(STREAMS_EXTENSION):
        open_streams(storage, segment).verify()
    elif name == segment.make_filename(STORED_EXTENSION):
        open_stored(storage, segment).verify()
    elif storage.checksum(name) != checksum:
        raise damaged(storage.path(name), "its checksum does not fit")


def open_streams(storage: Directory, segment: Any, budget: CacheBudget | None = None) -> Segment:
    """Map the token streams of a segment; what is remembered of them is within ``budget``."""
    name = segment.make_filename(STREAMS_EXTENSION)
    streams = Segment(storage.map(name), storage.path(name), budget)
    if dict(streams.stamp) != STAMP:
        raise IndexDamagedError(
            f"{storage.path(name)} was made by {dict(streams.stamp)}, this program reads {STAMP}: "
            "index the pages again into a new directory"
        )
    return streams


def open_stored(storage: Any, segment: Any, budget: CacheBudget | None = None) -> StoredReader:
    """Map the stored documents of a segment; in Whoosh's own storages, read them.

    What was unpacked is kept within ``budget``.
    """
    name = segment.make_filename(STORED_EXTENSION)
    if not isinstance(storage, Directory):
        with storage.open_file(name) as file:
            return StoredReader(bytes(file.read()), name)
    return StoredReader(storage.map(name), storage.path(name), budget)
