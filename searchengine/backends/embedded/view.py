"""A view of the index in a directory: one committed state, whatever is asked of it.

Holds a searcher until it is closed, and tells errors of reading as damage where there is any.
Answering is the searcher's business.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from searchengine.backends.counts import Histogram, Statistics
from searchengine.backends.embedded.index.arrays.sections import UNREADABLE
from searchengine.backends.embedded.index.commit.storage import Index
from searchengine.backends.embedded.searcher import Searcher
from searchengine.backends.protocol import Lexicon
from searchengine.backends.values import (
    Beginning,
    FieldTerm,
    Order,
    Plan,
    Ranking,
    ScoreParts,
    Step,
)
from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.deadline import check_time
from searchengine.document import Document
from searchengine.errors import IndexClosedError, IndexDamagedError, SearchEngineError


class EmbeddedView:
    """One commit of an index; safe for any number of threads."""

    def __init__(self, searcher: Searcher, index: Index, recent: deque[Plan]) -> None:
        """Answer from ``searcher``; plans that are searched go to ``recent``."""
        self._open: Searcher | None = searcher
        self._index = index
        self._recent = recent
        snapshot = searcher.snapshot
        self.version = version_of(searcher)
        self.document_count = snapshot.live_count
        self.settings = snapshot.settings

    def __enter__(self) -> EmbeddedView:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = None

    def search(self, plan: Plan) -> Ranking:
        """Return the ranking that ``plan`` asks for."""
        self._recent.append(plan)
        with self._reading() as searcher:
            return searcher.search(plan)

    def facets(
        self, plan: Plan, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facet counts of every document that ``plan`` matches."""
        with self._reading() as searcher:
            return searcher.count_facets(plan, names, limit, order)

    def histogram(self, plan: Plan, by: Step) -> Histogram:
        """Return how many of the documents that ``plan`` matches each month or year has."""
        with self._reading() as searcher:
            return searcher.histogram(plan, by)

    def explain(self, plan: Plan, ids: Sequence[str]) -> list[ScoreParts | None]:
        """Return the parts of each document's score; None where there is no such document."""
        with self._reading() as searcher:
            return searcher.explain(plan, ids)

    def frequencies(self, terms: Sequence[FieldTerm]) -> list[int]:
        """Return how many documents hold each of ``terms``."""
        with self._reading() as searcher:
            return searcher.frequencies(terms)

    def expect(self, terms: Iterable[FieldTerm], beginnings: Iterable[Beginning]) -> None:
        """Do nothing: every question is as quick by itself."""

    def vocabulary(self, beginnings: Sequence[Beginning]) -> list[list[tuple[str, int]]]:
        """Return for each beginning its commonest terms and how many documents hold each."""
        found = []
        with self._reading() as searcher:
            for one in beginnings:
                check_time()
                found.append(searcher.snapshot.commonest(one.field, one.prefixes, one.limit))
        return found

    def lexicon(self) -> Lexicon:
        """Return what the view knows of syllables, for suggestions."""
        with self._reading() as searcher:
            return searcher.lexicon

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return what somebody may be about to type who has typed ``prefix``, likeliest first."""
        with self._reading() as searcher:
            return searcher.completer.complete(prefix, limit)

    def fetch(self, ids: Iterable[str]) -> Iterator[Document | None]:
        """Yield the document of each id, None where there is none."""
        with self._reading() as searcher:
            for id_ in ids:
                numbers = searcher.snapshot.numbers_of(id_)
                yield searcher.snapshot.document(numbers[0]) if numbers else None

    def documents(self) -> Iterator[Document]:
        """Yield every document, those of one commit in the order in which they were added."""
        with self._reading() as searcher:
            for number in searcher.snapshot.live.nonzero()[0]:
                yield searcher.snapshot.document(int(number))

    def entries(self) -> Iterator[tuple[Document, str]]:
        """Yield every document with its fingerprint."""
        with self._reading() as searcher:
            for number in searcher.snapshot.live.nonzero()[0]:
                yield searcher.snapshot.entry(int(number))

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        with self._reading() as searcher:
            yield from searcher.snapshot.fingerprints()

    def vector_model(self) -> VectorModel | None:
        """Return what made the vectors of the documents; None if none of them has any."""
        with self._reading() as searcher:
            return searcher.snapshot.vector_model

    def vectors(self, ids: Iterable[str]) -> Iterator[PassageVectors | None]:
        """Yield the vectors of each document, None where it has none or does not exist."""
        with self._reading() as searcher:
            for id_ in ids:
                numbers = searcher.snapshot.numbers_of(id_)
                yield searcher.snapshot.vectors(numbers[0]) if numbers else None

    def statistics(self, *, terms: bool = True) -> Statistics:
        """Return numbers about the index."""
        with self._reading() as searcher:
            snapshot = searcher.snapshot
            model = snapshot.vector_model
            return Statistics(
                documents=snapshot.live_count,
                dated=int(snapshot.dated().sum()),
                deleted=snapshot.size - snapshot.live_count,
                segments=len(snapshot.segments),
                bytes=_bytes_below(Path(self._index.storage.folder)),
                generation=snapshot.generation,
                terms=snapshot.term_counts if terms else {},
                cache=snapshot.budget.use(),
                with_vectors=snapshot.with_vectors,
                vector_model=model.fingerprint if model else None,
            )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Searcher]:
        """The searcher, whose errors are told as damage where there is any.

        A search compares no checksums, which would take reading everything; so it may stumble
        over altered bytes anywhere.
        """
        if self._open is None:
            raise IndexClosedError("this view of the index is closed: open another one")
        try:
            yield self._open
        except SearchEngineError:
            raise
        except Exception as error:
            from searchengine.backends.embedded.index.verify import file_faults

            faults = file_faults(self._index)
            if faults:
                raise IndexDamagedError(faults[0]) from error
            if isinstance(error, MemoryError) or not isinstance(error, UNREADABLE):
                raise
            why = " ".join(f"{type(error).__name__}: {error}".split())
            raise IndexDamagedError(
                f"the index in {self._index.storage.folder} holds what cannot be ({why}) though "
                "its checksums fit: another program wrote it, or this one has a fault, which "
                "--debug shows where: index the pages again, or tell its authors"
            ) from error


def version_of(searcher: Searcher) -> str:
    """Return what names the commit of a searcher: letters, digits and ``-``."""
    return f"{searcher.snapshot.generation:x}-{searcher.snapshot.mark[0]:x}"


def _bytes_below(directory: Path) -> int:
    """The size of all files of a directory that are still there when they are looked at."""
    total = 0
    for entry in os.scandir(directory):
        with contextlib.suppress(FileNotFoundError):
            total += entry.stat().st_size
    return total
