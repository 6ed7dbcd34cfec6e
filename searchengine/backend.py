"""The one door between the engine and an index, and the Whoosh index behind it.

The engine knows only :class:`Backend`; a second index (a distributed one) would stand beside
:class:`WhooshBackend` and answer the same requests.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from searchengine.errors import IndexDamagedError, SearchEngineError
from searchengine.index.directory import Directory
from searchengine.index.snapshot import Snapshot
from searchengine.index.storage import Index, create_index, index_exists, open_index
from searchengine.pages.document import Document
from searchengine.query.request import Ranking, ScoreParts, SearchRequest, Statistics
from searchengine.query.search import Searcher

if TYPE_CHECKING:
    from searchengine.index.writer import DocumentWriter


class Writer(Protocol):
    """What a writer of any index can do; commits when its ``with`` block ends well."""

    def __enter__(self) -> Writer: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    def add(self, document: Document, fingerprint: str = "") -> None:
        """Add a document in place of any with its id."""

    def add_made(
        self, id_: str, make: Callable[[], Document], characters: int, fingerprint: str = ""
    ) -> None:
        """Add the document that ``make`` returns, in whichever process it is made."""

    def delete(self, id_: str) -> bool:
        """Delete a document; return whether there was one."""

    def commit(self) -> None:
        """Make the changes durable and visible."""

    def cancel(self) -> None:
        """Forget the changes."""


class Backend(Protocol):
    """What the engine needs of an index."""

    def writer(self, *, workers: int = 1) -> Writer:
        """Return the only writer; raises IndexLockedError while another is open."""

    def search(self, request: SearchRequest) -> Ranking:
        """Answer a request from the latest commit."""

    def score_parts(self, request: SearchRequest, id_: str) -> ScoreParts | None:
        """Return the parts of one document's score; None if there is no such document."""

    def fetch(self, ids: Iterable[str]) -> Iterator[Document | None]:
        """Yield the document of each id, None where there is none."""

    def documents(self) -> Iterator[Document]:
        """Yield every document."""

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""

    def frequency(self, stream: str, term: str) -> int:
        """Return how many documents hold ``term`` in ``stream``."""

    def terms(self, stream: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield the terms with a prefix and how many documents hold each."""

    def statistics(self) -> Statistics:
        """Return numbers about the index."""

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""

    def close(self) -> None:
        """Let go of the files."""


class WhooshBackend:
    """A Whoosh index in a directory; safe for many reading threads."""

    def __init__(self, index: Index, directory: Path) -> None:
        self._index = index
        self._directory = directory
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None

    @classmethod
    def open(
        cls, directory: Path, *, create: bool = False, storage: type[Directory] = Directory
    ) -> WhooshBackend:
        """Open the index in ``directory``; make one first where there is none and ``create``.

        ``storage`` is what touches the disk; tests put one in its place that fails.
        """
        if create and not index_exists(directory):
            return cls(create_index(directory, storage), directory)
        return cls(open_index(directory, storage), directory)

    def writer(self, *, workers: int = 1) -> DocumentWriter:
        """Return the only writer."""
        from searchengine.index.writer import DocumentWriter  # A search needs none of it.

        return DocumentWriter(self._index, self._directory, workers)

    def search(self, request: SearchRequest) -> Ranking:
        """Answer a request from the latest commit."""
        with self._reading() as searcher:
            return searcher.search(request)

    def score_parts(self, request: SearchRequest, id_: str) -> ScoreParts | None:
        """Return the parts of one document's score; None if there is no such document."""
        with self._reading() as searcher:
            numbers = searcher.snapshot.numbers_of(id_)
            return searcher.score_parts(request, numbers[0]) if numbers else None

    def fetch(self, ids: Iterable[str]) -> Iterator[Document | None]:
        """Yield the document of each id, None where there is none."""
        with self._reading() as searcher:
            for id_ in ids:
                numbers = searcher.snapshot.numbers_of(id_)
                yield searcher.snapshot.document(numbers[0]) if numbers else None

    def documents(self) -> Iterator[Document]:
        """Yield every document."""
        with self._reading() as searcher:
            for number in searcher.snapshot.live.nonzero()[0]:
                yield searcher.snapshot.document(int(number))

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each document that was added with one."""
        with self._reading() as searcher:
            yield from searcher.snapshot.fingerprints()

    def frequency(self, stream: str, term: str) -> int:
        """Return how many documents hold ``term`` in ``stream``."""
        with self._reading() as searcher:
            return searcher.snapshot.document_frequency(stream, term)

    def terms(self, stream: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield the terms with a prefix and how many documents hold each."""
        with self._reading() as searcher:
            yield from searcher.snapshot.terms(stream, prefix)

    def statistics(self) -> Statistics:
        """Return numbers about the index."""
        with self._reading() as searcher:
            snapshot = searcher.snapshot
            return Statistics(
                documents=snapshot.live_count,
                dated=int(snapshot.dated().sum()),
                deleted=snapshot.size - snapshot.live_count,
                segments=len(snapshot.segments),
                bytes=_bytes_below(self._directory),
                generation=snapshot.generation,
                terms=snapshot.term_counts(),
            )

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""
        from searchengine.index.verify import verify_index

        return verify_index(self._index)

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._searcher = None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Searcher]:
        """A searcher of the latest commit, whose errors are told as damage where there is any.

        A search compares no checksums, which would take reading everything; so it may stumble
        over altered bytes anywhere.
        """
        try:
            yield self._latest()
        except SearchEngineError:
            raise
        except Exception as error:
            from searchengine.index.verify import file_faults

            faults = file_faults(self._index)
            if faults:
                raise IndexDamagedError(faults[0]) from error
            raise

    def _latest(self) -> Searcher:
        """A searcher of the latest commit; an older one lives on while somebody reads it."""
        with self._lock:
            searcher = self._searcher
            if searcher is not None:
                seen = searcher.snapshot
                if self._index.is_latest(seen.generation, seen.mark):
                    return searcher
            self._searcher = Searcher(self._index.steadily(lambda: Snapshot(self._index)))
            return self._searcher


def _bytes_below(directory: Path) -> int:
    """The size of all files of a directory that are still there when they are looked at."""
    total = 0
    for entry in os.scandir(directory):
        with contextlib.suppress(FileNotFoundError):
            total += entry.stat().st_size
    return total
