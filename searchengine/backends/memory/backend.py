"""The backend in memory: its commits, the views of them, the one writer.

A commit is a list of documents; a view keeps the list that was the latest when it was opened. What
a plan finds in it is ``answers``' business.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, NamedTuple

from searchengine.backends.counts import Histogram, Statistics
from searchengine.backends.fields import (
    DEFAULT_SETTINGS,
    TERM_STREAMS,
    FieldTable,
    IndexSettings,
)
from searchengine.backends.folding import folded, single, told
from searchengine.backends.memory.answers import Answers, histogram
from searchengine.backends.memory.documents import IndexedDocument, index_document
from searchengine.backends.memory.lexicon import (
    MemoryLexicon,
    commonest,
    complete,
    document_frequency,
    vocabulary,
)
from searchengine.backends.memory.vectors import NO_VECTORS, MemoryVectorWriter, Vectors
from searchengine.backends.values import (
    Beginning,
    FieldTerm,
    Order,
    Plan,
    RankedDocument,
    Ranking,
    ScoreParts,
    Step,
)
from searchengine.backends.vectors.passages import PassageVectors, VectorModel, check_model
from searchengine.deadline import check_time, limited
from searchengine.document import Document
from searchengine.errors import IndexClosedError, IndexLockedError, IndexWriteError, InputError


class MemoryView:
    """One commit; safe for any number of threads."""

    def __init__(self, commit: Commit) -> None:
        indexed, generation, settings, vectors = commit
        self._vectors = vectors
        self.settings = settings
        self._fields = FieldTable(settings.fields)
        self._documents: Sequence[IndexedDocument] | None = indexed
        self._generation = generation
        self.version = f"memory-{generation}"
        self.document_count = len(indexed)

    def __enter__(self) -> MemoryView:
        return self

    def __exit__(self, *_: object) -> None:
        self._documents = None

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        with limited(plan.seconds):
            answers = self._answers(plan)
            plan = answers.plan
            end = plan.offset + plan.limit
            ranking = [(one.document, score) for one, score in answers.ranked()]
            full = len(answers.matching)
            chosen, total = (
                folded(ranking, told, end, full)
                if plan.fold_duplicates
                else (single(ranking), full)
            )
            left_out = {"original": None} if plan.texts else {"original": None, "text": ""}
            partial = {one.document.id for one in answers.partial}
            ranked = tuple(
                RankedDocument(
                    replace(one, **left_out),
                    score,
                    same,
                    one.id in partial,
                    answers.passage(one.id),
                )
                for one, score, same in chosen[plan.offset : end]
            )
            facets = plan.facets and answers.facets(
                plan.facets.names, plan.facets.limit, plan.facets.order
            )
            return Ranking(
                total,
                ranked,
                facets or {},
                answers.otherwise,
                len(answers.partial),
                answers.share,
                answers.absent,
            )

    def facets(
        self, plan: Plan, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facet counts of every document that ``plan`` matches."""
        with limited(plan.seconds):
            return self._answers(plan).facets(names, limit, order)

    def histogram(self, plan: Plan, by: Step) -> Histogram:
        """Return how many of the documents that ``plan`` matches each month or year has."""
        with limited(plan.seconds):
            return histogram(self._answers(plan).matching, by)

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return the parts of each document's score; None where there is no such document."""
        with limited(plan.seconds):
            answers = self._answers(plan)
            by_id = self._by_id
            return [answers.explain(by_id[id_]) if id_ in by_id else None for id_ in ids]

    def frequencies(self, terms: Sequence[FieldTerm]) -> list[int]:
        """Return how many documents hold each of ``terms``."""
        return [document_frequency(self._indexed, *term) for term in terms]

    def expect(self, terms: Iterable[FieldTerm], beginnings: Iterable[Beginning]) -> None:
        """Do nothing: every question is as quick by itself."""

    def vocabulary(self, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
        """Return for each beginning its commonest terms and how many documents hold each."""
        found = []
        for asked in beginnings:
            check_time()
            terms = commonest(vocabulary(self._indexed, asked.field))
            begun = [pair for pair in terms if pair[0].startswith(asked.prefixes)]
            found.append(begun[: asked.limit])
        return found

    def lexicon(self) -> MemoryLexicon:
        """Return what the view knows of syllables, for suggestions."""
        return MemoryLexicon(self._indexed)

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return words and titles that begin with ``prefix``."""
        return complete(self._indexed, prefix, limit)

    def fetch(self, ids: Iterable[str]) -> Iterator[Document | None]:
        """Yield the document of each id, None where there is none."""
        by_id = self._by_id
        return (by_id[id_].document if id_ in by_id else None for id_ in ids)

    def documents(self) -> Iterator[Document]:
        """Yield every document, in the order in which they were added."""
        return (one.document for one in self._indexed)

    def entries(self) -> Iterator[tuple[Document, str]]:
        """Yield every document with its fingerprint."""
        return ((one.document, one.fingerprint) for one in self._indexed)

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        return (one.fingerprint for one in self._indexed if one.fingerprint)

    def vector_model(self) -> VectorModel | None:
        """Return what made the vectors of the documents; None if none of them has any."""
        return self._vectors.model

    def vectors(self, ids: Iterable[str]) -> Iterator[PassageVectors | None]:
        """Yield the vectors of each document, None where it has none."""
        return (self._vectors.by_id.get(id_) for id_ in ids)

    def statistics(self, *, terms: bool = True) -> Statistics:
        """Return numbers about the index, of which nothing is on a disk."""
        fields = TERM_STREAMS if terms else ()
        model = self._vectors.model
        return Statistics(
            documents=self.document_count,
            dated=sum(one.days is not None for one in self._indexed),
            deleted=0,
            segments=1,
            bytes=0,
            generation=self._generation,
            terms={field: len(vocabulary(self._indexed, field)) for field in fields},
            with_vectors=len(self._vectors.by_id),
            vector_model=model.fingerprint if model else None,
        )

    def _answers(self, plan: Plan) -> Answers:
        return Answers(self._indexed, plan, self._fields, self._vectors)

    @property
    def _indexed(self) -> Sequence[IndexedDocument]:
        if self._documents is None:
            raise IndexClosedError("this view of the index is closed: open another one")
        return self._documents

    @property
    def _by_id(self) -> dict[str, IndexedDocument]:
        return {one.document.id: one for one in self._indexed}


class MemoryWriter:
    """The writer; a context manager that commits at its end, or forgets all if its block raises."""

    def __init__(self, backend: MemoryBackend) -> None:
        self._backend: MemoryBackend | None = backend
        self._documents = {one.document.id: one for one in backend.latest.indexed}
        self._settings = backend.latest.settings
        self._vectors = backend.latest.vectors

    def __enter__(self) -> MemoryWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def add(self, document: Document, fingerprint: str = "") -> None:
        """Add a document in place of any with its id."""
        self.delete(document.id)
        self._documents[document.id] = index_document(document, fingerprint, self._settings.fields)

    def add_lazy(
        self, id_: str, make: Callable[[], Document], characters: int, fingerprint: str = ""
    ) -> None:
        """Add the document that ``make`` returns, at once."""
        self.add(make(), fingerprint)

    def configure(self, settings: IndexSettings) -> None:
        """Keep ``settings`` from the commit on."""
        self._check_open()
        if set(settings.fields) != set(self._settings.fields) and self._documents:
            raise InputError("the index has documents: declare fields before the first one")
        self._settings = settings

    def delete(self, id_: str) -> bool:
        """Delete a document; return whether there was one."""
        self._check_open()
        self._vectors = self._vectors.without(id_)
        return self._documents.pop(id_, None) is not None

    def look_up(self, ids: Iterable[str]) -> None:
        """Do nothing: looking a document up is quick."""

    def commit(self) -> None:
        """Make the changes visible to views that are opened from now on."""
        try:
            if self._backend is not None:
                self._backend.install(self._documents.values(), self._settings, self._vectors)
        finally:
            self.cancel()

    def checkpoint(self) -> None:
        """Make the changes so far visible, and go on."""
        self._check_open()
        if self._backend is not None:
            self._backend.install(self._documents.values(), self._settings, self._vectors)

    def cancel(self) -> None:
        """Forget the changes that are not committed, and let another writer begin."""
        if self._backend is not None:
            self._backend.writing.release()
            self._backend = None

    def _check_open(self) -> None:
        if self._backend is None:
            raise IndexWriteError("this writer is closed: open another one")


class Commit(NamedTuple):
    """A committed state: its documents in the order in which they were added, and its number."""

    indexed: tuple[IndexedDocument, ...]
    generation: int
    settings: IndexSettings
    vectors: Vectors = NO_VECTORS


class MemoryBackend:
    """An index in memory; safe for many reading threads.

    ``latest`` is what views to come answer from, ``writing`` is held by the writer.
    """

    stores_vectors: ClassVar[bool] = True
    refresh_seconds = 0.2

    def __init__(self, settings: IndexSettings = DEFAULT_SETTINGS) -> None:
        self.latest = Commit((), 0, settings)
        self.writing = threading.Lock()
        self._closed = False

    def open_view(self) -> MemoryView:
        """Return a view of the latest commit."""
        self._check_open()
        return MemoryView(self.latest)

    def writer(self, *, workers: int = 1) -> MemoryWriter:
        """Return the only writer; raises :class:`IndexLockedError` while another is open."""
        self._check_open()
        if not self.writing.acquire(blocking=False):
            raise IndexLockedError("a writer is open already: try again when it is closed")
        return MemoryWriter(self)

    def vector_writer(self, model: VectorModel, *, replace: bool = False) -> MemoryVectorWriter:
        """Return the only writer, one of vectors that ``model`` makes."""
        self._check_open()
        check_model(model, self.latest.vectors.model, replace)
        if not self.writing.acquire(blocking=False):
            raise IndexLockedError("a writer is open already: try again when it is closed")
        return MemoryVectorWriter(self, model)

    def install(
        self, indexed: Iterable[IndexedDocument], settings: IndexSettings, vectors: Vectors
    ) -> None:
        """Make these documents with their vectors the latest commit."""
        self._check_open()
        self.latest = Commit(tuple(indexed), self.latest.generation + 1, settings, vectors)

    def refresh(self) -> bool:
        """Return False: views are always of the latest commit."""
        self._check_open()
        return False

    def verify(self) -> list[str]:
        """Return an empty list: there are no files that could be wrong."""
        self._check_open()
        return []

    def cache_use(self) -> None:
        """Return None: nothing is kept but the documents."""
        self._check_open()

    def close(self) -> None:
        """Let go of the documents; views that are open keep theirs."""
        self._closed = True
        self.latest = Commit((), 0, DEFAULT_SETTINGS)

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosedError("this engine is closed: open another one")
