"""Writing: documents in, a committed Whoosh segment out.

Documents are collected into batches and made into arrays a batch at a time, by this process or by
several that work for it (``worker_pool``). A document replaces any other of the same id, committed
or not. Nothing is visible to readers, and nothing is lost from the last commit, until
:meth:`DocumentWriter.commit` returns.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from whoosh.index import LockError

from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.codec import ArrayWriter
from searchengine.backends.embedded.index.commit.merge_policy import merge_tiers
from searchengine.backends.embedded.index.commit.storage import LOCK_FILE, Index
from searchengine.backends.embedded.index.commit.writing import disk_errors_told, locked_error
from searchengine.backends.embedded.index.document_builder import (
    Assembler,
    BuiltSegment,
    MakeDocument,
    Pending,
)
from searchengine.backends.embedded.index.ids import Ids
from searchengine.backends.embedded.index.schema import MOST_DOCUMENTS
from searchengine.backends.embedded.index.stored.document_codec import clean_id
from searchengine.backends.embedded.index.stored.reader import StoredReader
from searchengine.backends.embedded.index.worker_pool import WorkerPool
from searchengine.backends.fields import IndexSettings
from searchengine.document import Document
from searchengine.errors import IndexWriteError, InputError

#: A batch is made into arrays when it has this many documents or characters.
BATCH_DOCUMENTS = 1024
BATCH_CHARACTERS = 2_000_000
#: A batch for another process; its segment is merged later, so larger ones cost less in all.
SHARED_DOCUMENTS = 4096
SHARED_CHARACTERS = 4_000_000


def _given(document: Document) -> Document:
    return document


class DocumentWriter:
    """One writer at a time; use as a context manager: commits at the end, cancels on an error."""

    def __init__(self, index: Index, directory: Path, workers: int = 1) -> None:
        """Take the index's lock; ``workers`` processes share the work once it is large.

        Raises :class:`IndexLockedError` while another writer is open, and, like every method,
        :class:`IndexWriteError` if the disk does not let it write.
        """
        self._index = index
        self._directory = directory
        self._workers = workers
        try:
            with self._told():
                self._writer = ArrayWriter(index)
        except LockError as error:
            raise locked_error(index.storage.path(LOCK_FILE), directory) from error
        self._open = True
        self._failed = False
        self._helpers: WorkerPool | None = None
        with self._cancelled_on_error():
            self._begin()

    def __enter__(self) -> DocumentWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def add(self, document: Document, fingerprint: str = "") -> None:
        """Add ``document``, in place of any other with its id.

        ``fingerprint`` is what the caller wants to know again about the file it came from.
        """
        make = functools.partial(_given, document)
        self.add_lazy(document.id, make, len(document.text), fingerprint)

    def add_lazy(
        self, id_: str, make: MakeDocument, characters: int, fingerprint: str = ""
    ) -> None:
        """Add the document that ``make`` returns, whenever and in whichever process it is made.

        ``make`` must be picklable and give a document of this id; ``characters`` is about how
        long its text is.
        """
        self.delete(id_)
        id_ = clean_id(id_)
        self._pending[id_] = Pending(id_, make, fingerprint)
        self._characters += characters
        self._changed = True
        shared = self._helpers is not None
        documents = SHARED_DOCUMENTS if shared else BATCH_DOCUMENTS
        most = SHARED_CHARACTERS if shared else BATCH_CHARACTERS
        if len(self._pending) >= documents or self._characters >= most:
            with self._cancelled_on_error():
                self._flush(last=False)

    def configure(self, settings: IndexSettings) -> None:
        """Keep ``settings`` from the commit on.

        Raises :class:`InputError` for other fields in an index that has documents.
        """
        self._check_open()
        before = self._writer.settings
        if settings == before:
            return
        others = set(settings.fields) != set(before.fields)
        if others and self._has_documents():
            raise InputError(
                f"the index in {self._directory} has documents, and other fields would not be "
                "theirs: export it and index what was exported into a new one"
            )
        self._writer.settings = settings
        if others:
            self._writer.configure(settings)
            self._prepare()
        self._changed = True

    def take_vectors(self, segments: Iterable[Any]) -> None:
        """Take in the vectors of ``segments``, whose live documents, and no others, were added."""
        first = 0
        for segment in segments:
            end = first + segment.doc_count()
            with self._cancelled_on_error():
                self._writer.take_vectors(segment, range(first, end))
            first = end

    def delete(self, id_: str) -> bool:
        """Delete the document with this id; return whether there was one."""
        self._check_open()
        id_ = clean_id(id_)
        found = self._pending.pop(id_, None) is not None
        written = self._numbers.pop(id_, None)
        if written is not None:
            self._writer.superseded.append(written)
            found = True
        for number in self._committed.numbers(id_):
            if not self._writer.is_deleted(number):
                self._writer.delete_document(number)
                found = True
        self._changed |= found
        return found

    def look_up(self, ids: Iterable[str]) -> None:
        """Do nothing: looking a document up is quick."""

    def commit(self, *, even_unchanged: bool = False) -> None:
        """Make everything since the last commit durable and visible; closes the writer.

        If there is nothing, no commit is made, unless ``even_unchanged``.
        """
        if not self._open and not self._failed:
            return
        self._check_open()
        if not self._changed and not even_unchanged:
            self.cancel()
            return
        with self._cancelled_on_error():
            self._writer.check_lock()
            self._flush(last=True)
            self._writer.commit(mergetype=merge_tiers)
        self._open = False
        self._stop_helpers()

    def checkpoint(self) -> None:
        """Commit what there is, if anything, and go on; no other writer comes between."""
        self._check_open()
        if not self._changed:
            return
        with self._cancelled_on_error():
            self._writer.check_lock()
            self._flush(last=True)
            lock, self._writer.keeps_lock = self._writer.writelock, True
            self._writer.commit(mergetype=merge_tiers)
            self._stop_helpers()
            self._writer = ArrayWriter(self._index, lock)
            self._begin()

    def cancel(self) -> None:
        """Forget everything since the last commit and let go of the lock."""
        if self._open:
            self._open = False
            if self._writer.writelock.mine:
                self._stop_helpers()
            if not self._writer.is_closed:
                self._writer.cancel()

    def _begin(self) -> None:
        """Begin with what is committed."""
        writer = self._writer
        self._committed = Ids.of(writer.storage, writer.schema, writer.segments)
        self._pending: dict[str, Pending] = {}
        self._characters = 0
        #: The number that each document of this writer has, or will have, in its segment.
        self._numbers: dict[str, int] = {}
        self._next = 0
        self._room = MOST_DOCUMENTS - sum(one.doc_count_all() for one in writer.segments)
        self._changed = False
        self._prepare()

    def _prepare(self) -> None:
        """Make what turns documents into arrays, for the fields that the index declares."""
        fields = self._writer.settings.fields
        self._assembler = Assembler(self._writer.builder, fields)
        if self._workers > 1:
            self._helpers = WorkerPool(self._writer.storage, self._workers, fields)

    def _has_documents(self) -> bool:
        return bool(self._next or self._pending) or any(
            segment.doc_count() for segment in self._writer.segments
        )

    def _check_open(self) -> None:
        if not self._open:
            why = "an error has closed" if self._failed else "a commit or cancel has closed"
            raise IndexWriteError(
                f"{why} this writer of {self._directory}: "
                "open another one and add what came after the last commit"
            )
        if not self._writer.writelock.mine:
            self._writer.check_lock()

    @contextlib.contextmanager
    def _cancelled_on_error(self) -> Iterator[None]:
        """Cancel the writer if the block raises: half of a batch must never be committed."""
        try:
            with self._told():
                yield
        except BaseException:
            self._failed = True
            self.cancel()
            raise

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the system refuses, or has ended, into an error that says what to do."""
        with disk_errors_told(self._directory):
            try:
                yield
            except BrokenProcessPool as error:
                raise IndexWriteError(
                    f"a process that worked for the index in {self._directory} has ended: "
                    "the last commit is as it was; try again with fewer workers"
                ) from error

    def _flush(self, *, last: bool) -> None:
        batch = list(self._pending.values())
        self._pending.clear()
        self._characters = 0
        for pending in batch:
            self._numbers[pending.id] = self._next
            self._next += 1
        if self._next > self._room:
            raise IndexWriteError(
                f"the index in {self._directory} cannot number more than {MOST_DOCUMENTS:,} "
                "documents, replaced and deleted ones among them: keep some in another index"
            )
        # Processes are not started for work that one batch holds.
        if self._helpers is not None and (self._helpers.busy or not last):
            self._helpers.submit(batch)
            for ids, made in self._helpers.finished(wait_for_all=last):
                self._take(ids, made)
        elif batch:
            for pending, fields in zip(batch, self._assembler.add(batch), strict=True):
                self._writer.add_document(id=pending.id, **fields)

    def _take(self, ids: list[str], made: BuiltSegment) -> None:
        files = self._writer.storage
        streams = Segment(files.map(made.streams), made.streams)
        stored = StoredReader(files.map(made.stored), made.stored)
        files.delete_file(made.streams)
        files.delete_file(made.stored)
        self._writer.append(streams, stored, ids)

    def _stop_helpers(self) -> None:
        if self._helpers is not None:
            self._helpers.stop()
