"""The second pass: vectors for documents that are committed, while searches go on.

Each checkpoint writes those that came since the last into a new file of their segment, together
with older ones that are not larger, so that files are few and little is written twice. Words, texts
and ids stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from searchengine.backends.embedded.index.commit.manifest import (
    VECTORS_EXTENSION,
    ArraySegment,
    contents,
)
from searchengine.backends.embedded.index.commit.storage import LOCK_FILE, Index
from searchengine.backends.embedded.index.commit.writing import (
    check_lock,
    disk_errors_told,
    locked_error,
    make_commit,
)
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.index.vectors.files import (
    Part,
    VectorFile,
    write_vectors,
)
from searchengine.backends.embedded.index.vectors.segment import vector_name
from searchengine.backends.vectors.passages import (
    PassageVectors,
    VectorModel,
    check_model,
    check_passages,
    text_hash,
)
from searchengine.document import Document
from searchengine.errors import IndexWriteError, InputError

#: So many documents wait in memory at most, then a checkpoint is made.
MOST_ADDED = 16_384


class _Waiting(NamedTuple):
    """A document that :meth:`EmbeddedVectorWriter.pending` gave: where it is, and its text's."""

    place: int
    number: int
    hash: int
    length: int


class EmbeddedVectorWriter:
    """The one writer; commits at the end of its block, or forgets what came after a checkpoint."""

    def __init__(
        self, index: Index, directory: Path, model: VectorModel, *, replace: bool = False
    ) -> None:
        """Take the index's lock.

        Raises :class:`IndexLockedError` while another writer is open, :class:`InputError` for an
        index with vectors of another model, unless ``replace``, and, like every method,
        :class:`IndexWriteError` if the disk does not let it write.
        """
        self._index = index
        self._directory = directory
        self._model = model
        self._lock = index.lock("WRITELOCK")
        with disk_errors_told(directory):
            if not self._lock.acquire():
                raise locked_error(index.storage.path(LOCK_FILE), directory)
        self._open = True
        try:
            with disk_errors_told(directory):
                self._begin(replace)
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> EmbeddedVectorWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.checkpoint()
        finally:
            self._let_go()

    @property
    def pending_count(self) -> int:
        """How many documents have no vectors yet, neither committed nor added."""
        return self._pending

    def pending(self) -> Iterator[Document]:
        """Yield every document without vectors; one whose text is known gets the same instead."""
        for place, base in enumerate(self._snapshot.bases):
            size = self._snapshot.segments[place].size
            lacking = self._snapshot.live[base : base + size].copy()
            for file in self._files[place]:
                lacking[file.docs] = False
            for number in np.flatnonzero(lacking).tolist():
                document = self._snapshot.document(base + number, original=False)
                waiting = _Waiting(place, number, text_hash(document), len(document.text))
                known = self._known(waiting.hash)
                if known is not None:
                    self._take(waiting, known)
                else:
                    self._waiting[document.id] = waiting
                    yield document

    def add(self, id_: str, vectors: PassageVectors) -> None:
        """Add the vectors of a document that :meth:`pending` gave."""
        waiting = self._waiting.get(id_)
        if waiting is None:
            raise InputError(f"no document {id_!r} waits for vectors: add those of pending() once")
        self._model.check(vectors)
        check_passages(vectors, id_, waiting.length)
        del self._waiting[id_]
        self._take(waiting, vectors)

    def checkpoint(self) -> None:
        """Make what was added durable and visible, and go on; no other writer comes between."""
        if not self._open:
            raise IndexWriteError(
                f"this writer of {self._directory} is closed: open another one to go on"
            )
        if not any(self._added) and not self._drops:
            return
        try:
            with disk_errors_told(self._directory):
                self._commit()
        except BaseException:
            try:
                self._clear_away()
            finally:
                self._let_go()
            raise

    def _begin(self, replace: bool) -> None:
        toc = self._index.read_toc()
        self._index.clean(toc.generation, toc.segments)
        self._toc = toc
        self._snapshot = self._index.steadily(lambda: Snapshot(self._index))
        check_model(self._model, self._snapshot.vector_model, replace)
        every = [[] if one is None else list(one.files) for one in self._snapshot.segment_vectors]
        #: The files of each segment that stay, and the vectors that are added to it.
        self._files = [[one for one in files if one.model == self._model] for files in every]
        self._added: list[list[tuple[int, int, PassageVectors]]] = [[] for _ in every]
        self._drops = self._files != every
        self._waiting: dict[str, _Waiting] = {}
        kept = self._snapshot.with_vectors if self._snapshot.vector_model == self._model else 0
        self._pending = self._snapshot.live_count - kept
        self._remember()

    def _remember(self) -> None:
        """Know the texts again that have vectors, those of deleted documents too."""
        self._every = [file for files in self._files for file in files]
        hashes = np.concatenate([np.empty(0, np.uint64), *(file.hashes for file in self._every)])
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]
        self._ends = np.cumsum([len(file) for file in self._every])

    def _known(self, hash_: int) -> PassageVectors | None:
        """The vectors of a text that has some."""
        at = int(self._hashes.searchsorted(np.uint64(hash_)))
        if at == len(self._hashes) or int(self._hashes[at]) != hash_:
            return None
        place = int(self._order[at])
        which = int(self._ends.searchsorted(place, side="right"))
        file = self._every[which]
        return file.vectors(place - int(self._ends[which]) + len(file))

    def _take(self, waiting: _Waiting, vectors: PassageVectors) -> None:
        self._added[waiting.place].append((waiting.number, waiting.hash, vectors))
        self._pending -= 1
        if sum(map(len, self._added)) >= MOST_ADDED:
            self.checkpoint()

    def _commit(self) -> None:
        check_lock(self._lock, self._index.storage.folder)
        storage, generation = self._index.storage, self._toc.generation + 1
        segments, written = [], []
        for place, segment in enumerate(self._toc.segments):
            files = list(self._files[place])
            if self._added[place]:
                parts = [Part.of(self._added[place])]
                size = len(self._added[place])
                while files and len(files[-1]) <= size:
                    size += len(files[-1])
                    parts.append(files.pop().part())
                name = vector_name(segment, generation)
                with storage.create_file(name) as file:
                    write_vectors(file, segment.doc_count_all(), self._model, parts)
                written.append(name)
                files.append(VectorFile(storage.map(name), storage.path(name)))
            self._files[place] = files
            segments.append(_with_vectors(segment, files))
        storage.sync(written)
        toc = contents(self._toc.schema, segments, generation, self._toc.settings)
        make_commit(self._index, toc)
        self._toc = toc
        self._added = [[] for _ in segments]
        self._drops = False
        self._remember()

    def _clear_away(self) -> None:
        """Delete what was written for a commit, unless that was made all the same."""
        storage, toc = self._index.storage, self._toc
        storage.abandon()
        if self._lock.held() and not self._index.has_commit(toc.generation + 1):
            self._index.clean(toc.generation, toc.segments)

    def _let_go(self) -> None:
        if self._open:
            self._open = False
            self._index.storage.abandon()
            self._lock.release()


def _with_vectors(segment: Any, files: list[VectorFile]) -> ArraySegment:
    """The segment with these files of vectors and no others."""
    others = {
        name: told for name, told in segment.files.items() if not name.endswith(VECTORS_EXTENSION)
    }
    named = {Path(file.name).name: (file.bytes, None) for file in files}
    deleted = set(segment.deleted_docs()) if segment.has_deletions() else None
    return ArraySegment(segment.doc_count_all(), segment.segid, deleted, others | named)
