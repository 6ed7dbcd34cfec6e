"""Our codec for Whoosh's segments: token streams as arrays, stored fields in compressed blocks.

Whoosh's seams (codec, segment, writer) are used as they are meant: identifiers, an ordinary field,
stay with its own codec; two files more lie beside its own in each segment, written before the
commit and mapped by readers. What a segment is, the manifest says (``commit.manifest``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3PerDocReader, W3PerDocWriter, W3PostingsWriter
from whoosh.index import LockError
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound
from whoosh.writing import SegmentWriter

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.arrays.sections import damaged, reading
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.locks import WriterLock
from searchengine.backends.embedded.index.commit.manifest import (
    OWN_EXTENSIONS,
    STORED_EXTENSION,
    STREAMS_EXTENSION,
    VECTORS_EXTENSION,
    ArraySegment,
    contents,
)
from searchengine.backends.embedded.index.commit.storage import Index, check_size
from searchengine.backends.embedded.index.commit.writing import check_lock, make_commit
from searchengine.backends.embedded.index.plain_terms import PlainMatcher, PlainTermsReader
from searchengine.backends.embedded.index.schema import ORDER, STAMP, columns_for, specs_for
from searchengine.backends.embedded.index.stored.reader import StoredReader
from searchengine.backends.embedded.index.stored.writer import StoredWriter
from searchengine.backends.embedded.index.vectors.files import Part, VectorFile, write_vectors
from searchengine.backends.embedded.index.vectors.segment import open_vectors, vector_name
from searchengine.backends.fields import IndexSettings
from searchengine.backends.vectors.passages import VectorModel
from searchengine.errors import IndexDamagedError, IndexWriteError


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec, but for stored fields, and without unpickling what could run anything.

    Token streams are the writer's and the snapshot's.
    """

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        """Return a new, empty segment."""
        return ArraySegment()

    def terms_reader(self, storage: Any, segment: Any) -> PlainTermsReader:
        """Return the reader of ordinary fields; raises :class:`IndexDamagedError` if altered."""
        terms, postings = (segment.make_filename(e) for e in (self.TERMS_EXT, self.POSTS_EXT))
        check_file(storage, segment, terms)
        check_file(storage, segment, postings)
        size, _ = segment.files[terms]
        return PlainTermsReader(self, storage.open_file(terms), size, storage.open_file(postings))

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _PostingsWriter:
        """Return the writer of ordinary postings."""
        return _PostingsWriter(dbfile, self._blocklimit, byteids, self._compression)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Return the postings of a term."""
        offset, length = terminfo.extent()
        # Read from a file, it is a tuple of one.
        if length in (0, (0,)):
            ids = [terminfo.max_id()]
            return ListMatcher(ids, [1.0], [b""], format_, scorer, term=term, terminfo=terminfo)
        return PlainMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)

    def per_document_writer(self, storage: Any, segment: Any) -> _PerDocumentWriter:
        """Return the writer of a segment's stored fields."""
        return _PerDocumentWriter(self, storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> _PerDocumentReader:
        """Return the reader of a segment's stored fields."""
        return _PerDocumentReader(storage, segment)


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Writes nothing for a term of one document, which its statistics name: an id's, mostly."""

    def finish_postings(self) -> Any:
        """End a term's postings; return its statistics."""
        if self.written() or len(self) > 1:
            return super().finish_postings()
        terminfo: Any = getattr(self, "_terminfo")  # noqa: B009 (whose type nobody says)
        terminfo.add_block(self)
        terminfo.set_extent(0, 0)
        self._terminfo = None
        return terminfo


class _PerDocumentWriter(W3PerDocWriter):  # type: ignore[misc]
    """Puts stored fields in blocks; Whoosh's columns, which our fields have none of, are not made.

    All stored fields of our schema are strings.
    """

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        self._codec = codec
        self._storage = storage
        self._segment = segment
        self._doccount = 0
        self._docnum: int | None = None
        self._storedfields: dict[str, Any] = {}
        self._indoc = False
        self.is_closed = False
        self.stored = StoredWriter(storage.temporary)

    def finish_doc(self) -> None:
        """End a document."""
        self.stored.add(self._storedfields)
        self._indoc = False

    def append(self, reader: StoredReader, live: NDArray[np.bool_] | None) -> int:
        """Take in the documents of a segment; return how many."""
        before = self.stored.size
        self.stored.append(reader, live)
        added = self.stored.size - before
        self._doccount += added
        return added

    def close(self) -> None:
        """Write the file of stored fields."""
        if not self.is_closed:
            self.is_closed = True
            with self._storage.create_file(self._segment.make_filename(STORED_EXTENSION)) as file:
                self.stored.write(file)


class _PerDocumentReader(W3PerDocReader):  # type: ignore[misc]
    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self.stored = open_stored(storage, segment)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored fields of a document."""
        return self.stored.fields(docnum)

    def has_column(self, _: str) -> bool:
        """Return False: there are no columns, whatever files lie there."""
        return False

    def field_length(self, _: str) -> int:
        """Return 0: no field is scored by its length."""
        return 0

    min_field_length = max_field_length = field_length


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, which adds and merges token streams and blocks beside ordinary fields.

    ``superseded`` are documents of this writer that a later one replaced, by number. One that
    ``keeps_lock`` leaves the lock to the writer that goes on after its commit.
    """

    def __init__(self, index: Index, lock: WriterLock | None = None) -> None:
        """Begin a segment under ``lock``, which is held, or one of its own.

        Raises Whoosh's LockError while another writer has the lock.
        """
        self.superseded: list[int] = []
        self.keeps_lock = False
        #: The vectors of documents that are merged.
        self._vectors: list[tuple[VectorModel, Part]] = []
        self._merges = False
        self._index = index
        self.storage = index.storage
        if lock is None:
            lock = index.lock("WRITELOCK")
            if not lock.acquire():
                raise LockError
        try:
            toc = index.read_toc()
            index.clean(toc.generation, toc.segments)
            codec = ArrayCodec()
            # Our lengths are exact and lie with the streams; Whoosh's are asked for one by one,
            # a posting each.
            codec.length_stats = False
            super().__init__(index, codec=codec, _lk=False)
            self.writelock = lock
            self.configure(toc.settings)
        except BaseException:
            self.writelock = lock
            self._let_go()
            raise

    def configure(self, settings: IndexSettings) -> None:
        """Keep ``settings`` with the commit; only before the first document is added."""
        from searchengine.backends.embedded.index.arrays.builder import Builder  # Not for reading.

        self.settings = settings
        specs, columns = specs_for(settings.fields), columns_for(settings.fields)
        self.builder = Builder(specs, columns, self.storage.temporary, order=ORDER)

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

    def add_document(self, **fields: Any) -> None:
        """Add the fields of a document whose token streams the builder has already.

        Raises :class:`IndexWriteError` if it has not: Whoosh's own interface cannot add any.
        """
        if self.builder.size <= self.docnum:
            raise IndexWriteError(
                "Whoosh's writer cannot add documents to an index of ours, which keeps more of "
                "them than Whoosh's fields: add them through SearchEngine.writer()"
            )
        super().add_document(**fields)

    def add_reader(self, reader: Any) -> None:
        """Merge a segment, unless it is damaged: damage must not get a new checksum."""
        segment = reader.segment()
        for name in segment.files:
            check_file(self.storage, segment, name)
        with reading(self.storage.path(segment.make_filename(".*"))):
            try:
                super().add_reader(reader)
            except TermNotFound as error:
                raise ValueError("a term that its files name is not in them") from error
        self._merges = True

    def write_per_doc(self, fieldnames: Any, reader: Any) -> dict[int, int] | None:
        """Take in the documents of a segment being merged; return where each has gone."""
        segment = reader.segment()
        live = live_of(segment)
        self.builder.append(open_streams(self.storage, segment), live)
        added = self.perdocwriter.append(open_stored(self.storage, segment), live)
        numbers = range(self.docnum, self.docnum + added)
        self.take_vectors(segment, numbers)
        self.docnum += added
        if live is None:
            return None
        return dict(zip(np.flatnonzero(live).tolist(), numbers, strict=True))

    def take_vectors(self, segment: Any, numbers: range) -> None:
        """Take in the vectors of a segment whose live documents get ``numbers``."""
        vectors = open_vectors(self.storage, segment)
        if vectors is not None:
            live = live_of(segment)
            kept = slice(None) if live is None else live
            called = np.full(segment.doc_count_all(), -1)
            called[kept] = numbers
            self._vectors += [(file.model, file.part(called)) for file in vectors.files]

    def commit(self, *arguments: Any, **options: Any) -> None:
        """Make the commit, as Whoosh's writer takes it; if that fails, cancel."""
        try:
            super().commit(*arguments, **options)
        except BaseException:
            if not self.is_closed:
                self.cancel()
            raise

    def cancel(self) -> None:
        """Forget everything since the last commit; what was put in place is left in place."""
        self._check_state()
        self.keeps_lock = False
        try:
            self.storage.abandon()
            self.builder.close()
            self.perdocwriter.stored.close()
            # A commit that failed after its manifest had its name is a commit.
            if self.writelock.held() and not self._in_place():
                self._index.clean(self.generation - 1, self.segments)
        finally:
            self._let_go()

    def _flush_segment(self) -> None:
        super()._flush_segment()
        name = self.newsegment.make_filename(STREAMS_EXTENSION)
        with self.storage.create_file(name) as file:
            if self._merges:
                with reading(f"a segment of {self.storage.folder} that is merged"):
                    self.builder.write(file, STAMP)
            else:
                self.builder.write(file, STAMP)
        parts = [part for _, part in self._vectors if len(part.docs)]
        if parts:
            name = vector_name(self.newsegment, self.generation)
            with self.storage.create_file(name) as file:
                write_vectors(file, self.docnum, self._vectors[0][0], parts)

    def check_lock(self) -> None:
        """Raise :class:`IndexWriteError` if another writer may be at work."""
        check_lock(self.writelock, self.storage.folder)

    def _commit_toc(self, segments: list[Any]) -> None:
        """Make the commit: all files are on the disk before the manifest names them.

        Only when that is on the disk as well are old files deleted.
        """
        self.check_lock()
        new = [segment for segment in segments if segment is self.newsegment]
        for segment in new:
            for name in segment.list_files(self.storage):
                own = name.endswith(OWN_EXTENSIONS)
                checksum = None if own else self.storage.checksum(name)
                segment.files[name] = self.storage.size(name), checksum
            self.storage.sync(segment.files)
        make_commit(self._index, contents(self.schema, segments, self.generation, self.settings))

    def _in_place(self) -> bool:
        """Whether this writer's commit is made."""
        return self._index.has_commit(self.generation)

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
            if not self.keeps_lock:
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
    elif name.endswith(VECTORS_EXTENSION):
        VectorFile(storage.map(name), storage.path(name)).verify()
    elif storage.checksum(name) != checksum:
        raise damaged(storage.path(name), "its checksum does not fit")


def open_streams(storage: Directory, segment: Any, budget: CacheBudget | None = None) -> Segment:
    """Map the token streams of a segment; what is remembered of them is within ``budget``."""
    name = segment.make_filename(STREAMS_EXTENSION)
    streams = Segment(storage.map(name), storage.path(name), budget)
    if streams.stamp != STAMP:
        raise IndexDamagedError(
            f"{storage.path(name)} was made by {streams.stamp}, this program reads {STAMP}: "
            f"run 'searchengine upgrade --index {storage.folder}'"
        )
    return streams


def open_stored(
    storage: Directory, segment: Any, budget: CacheBudget | None = None
) -> StoredReader:
    """Map the stored documents of a segment; what was unpacked is kept within ``budget``."""
    name = segment.make_filename(STORED_EXTENSION)
    return StoredReader(storage.map(name), storage.path(name), budget)
