"""The vectors of a commit in memory, and the writer that adds some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from searchengine.backends.vectors.passages import PassageVectors, VectorModel, check_passages
from searchengine.document import Document
from searchengine.errors import IndexWriteError, InputError

if TYPE_CHECKING:
    from searchengine.backends.memory.backend import MemoryBackend


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of documents by their ids, all of one model; without any there is none."""

    by_id: Mapping[str, PassageVectors] = field(default_factory=dict)
    made_by: VectorModel | None = None

    @property
    def model(self) -> VectorModel | None:
        """What made the vectors; None if there are none."""
        return self.made_by if self.by_id else None

    def without(self, id_: str) -> Vectors:
        """Return all but those of one document."""
        if id_ not in self.by_id:
            return self
        rest = {other: one for other, one in self.by_id.items() if other != id_}
        return Vectors(rest, self.made_by)


NO_VECTORS = Vectors()


class MemoryVectorWriter:
    """The writer of vectors; commits at the end of its block, or forgets what came last."""

    def __init__(self, backend: MemoryBackend, model: VectorModel) -> None:
        self._backend: MemoryBackend | None = backend
        self._model = model
        before = backend.latest.vectors
        self._by_id = dict(before.by_id) if before.model == model else {}
        self._documents = {one.document.id: one.document for one in backend.latest.indexed}

    def __enter__(self) -> MemoryVectorWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.checkpoint()
        finally:
            if self._backend is not None:
                self._backend.writing.release()
                self._backend = None

    @property
    def pending_count(self) -> int:
        """How many documents have no vectors yet."""
        return len(self._documents) - len(self._by_id)

    def pending(self) -> Iterator[Document]:
        """Yield every document without vectors."""
        for id_, document in self._documents.items():
            if id_ not in self._by_id:
                yield document

    def add(self, id_: str, vectors: PassageVectors) -> None:
        """Add the vectors of a document that has none."""
        if id_ not in self._documents or id_ in self._by_id:
            raise InputError(f"no document {id_!r} waits for vectors: add those of pending() once")
        self._model.check(vectors)
        check_passages(vectors, id_, len(self._documents[id_].text))
        self._by_id[id_] = vectors

    def checkpoint(self) -> None:
        """Make what was added visible."""
        if self._backend is None:
            raise IndexWriteError("this writer is closed: open another one")
        latest = self._backend.latest
        vectors = Vectors(dict(self._by_id), self._model)
        self._backend.install(latest.indexed, latest.settings, vectors)
