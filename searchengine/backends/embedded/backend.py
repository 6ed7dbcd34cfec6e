"""The one door between the engine and an index, and the Whoosh index behind it.

The engine knows only :class:`Backend`; a second index (a distributed one) would stand beside
:class:`WhooshBackend` and answer the same requests.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from searchengine.backends.embedded.cache_budget import CACHE_BYTES, CacheBudget
from searchengine.backends.embedded.facets import Histogram, Order, Step
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.storage import (
    Index,
    create_index,
    index_exists,
    open_index,
)
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.request import Ranking, ScoreParts, SearchRequest, Statistics
from searchengine.backends.embedded.searcher import Searcher
from searchengine.document import Document
from searchengine.errors import IndexDamagedError, SearchEngineError
from searchengine.text.scan import Scanned

if TYPE_CHECKING:
    from searchengine.backends.embedded.index.writer import DocumentWriter

#: A new commit answers so many of the latest requests before it takes over: enough for what every
#: search needs of it to be made.
WARMING_REQUESTS = 1


class Writer(Protocol):
    """What a writer of any index can do; commits when its ``with`` block ends well."""

    def __enter__(self) -> Writer: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    def add(self, document: Document, fingerprint: str = "") -> None:
        """Add a document in place of any with its id."""

    def add_lazy(
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

    def facets(
        self, request: SearchRequest, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facet counts of every document that matches ``request``."""

    def histogram(self, request: SearchRequest, by: Step) -> Histogram:
        """Return how many matching documents each month or year has."""

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

    def correct(self, query: str, pages: Sequence[Scanned]) -> str | None:
        """Return what ``query`` may have meant, None if it is fine; ``pages``: found for it."""

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return what somebody may be about to type who has typed ``prefix``, likeliest first."""

    def statistics(self) -> Statistics:
        """Return numbers about the index."""

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""

    def refresh(self) -> bool:
        """Read the latest commit from now on; return whether there was a new one."""

    def version(self) -> str:
        """Return what names the commit that would answer now; another commit, another name."""

    def document_count(self) -> int:
        """Return how many documents the commit has that would answer now."""

    def close(self) -> None:
        """Let go of the files."""


class WhooshBackend:
    """A Whoosh index in a directory; safe for many reading threads.

    With ``auto_refresh`` each search looks for a new commit first and opens it, which the search
    waits for. Without, the commit that was last opened answers until :meth:`refresh` has another
    one ready: a server never lets a question wait for an index to be opened.
    """

    def __init__(
        self,
        index: Index,
        directory: Path,
        *,
        auto_refresh: bool = True,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._index = index
        self._directory = directory
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._auto_refresh = auto_refresh
        self._budget = CacheBudget(cache_bytes)
        self._searcher: Searcher | None = None
        self._recent: deque[SearchRequest] = deque(maxlen=WARMING_REQUESTS)

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        create: bool = False,
        storage: type[Directory] = Directory,
        auto_refresh: bool = True,
        cache_bytes: int = CACHE_BYTES,
    ) -> WhooshBackend:
        """Open the index in ``directory``; make one first where there is none and ``create``.

        Between searches it keeps at most about ``cache_bytes`` bytes in memory.
        ``storage`` is what touches the disk; tests put one in its place that fails.
        """
        if create and not index_exists(directory):
            index = create_index(directory, storage)
        else:
            index = open_index(directory, storage)
        return cls(index, directory, auto_refresh=auto_refresh, cache_bytes=cache_bytes)

    def writer(self, *, workers: int = 1) -> DocumentWriter:
        """Return the only writer."""
        from searchengine.backends.embedded.index.writer import (
            DocumentWriter,  # A search needs none of it.
        )

        return DocumentWriter(self._index, self._directory, workers)

    def search(self, request: SearchRequest) -> Ranking:
        """Answer a request from the latest commit."""
        if not self._auto_refresh:
            self._recent.append(request)
        with self._reading() as searcher:
            return searcher.search(request)

    def facets(
        self, request: SearchRequest, names: Sequence[str], limit: int, order: Order
    ) -> dict[str, dict[str, int]]:
        """Return the facet counts of every document that matches ``request``."""
        with self._reading() as searcher:
            return searcher.count_facets(request, names, limit, order)

    def histogram(self, request: SearchRequest, by: Step) -> Histogram:
        """Return how many matching documents each month or year has."""
        with self._reading() as searcher:
            return searcher.histogram(request, by)

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

    def correct(self, query: str, pages: Sequence[Scanned]) -> str | None:
        """Return what ``query`` may have meant, None if it is fine; ``pages``: found for it."""
        from searchengine.query.suggest.correction import corrected  # Not every search asks.

        with self._reading() as searcher:
            return corrected(searcher.lexicon, query, pages)

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Return what somebody may be about to type who has typed ``prefix``, likeliest first."""
        with self._reading() as searcher:
            return searcher.completer.complete(prefix, limit)

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
                terms=snapshot.term_counts,
                cache=self._budget.use(),
            )

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""
        from searchengine.backends.embedded.index.verify import verify_index

        return verify_index(self._index)

    def refresh(self) -> bool:
        """Read the latest commit from now on; return whether there was a new one.

        The new commit answers some recent requests before it takes over, so that the next ones
        find its arrays in memory.
        """
        with self._refreshing:
            before = self._searcher
            if before is not None and self._is_latest(before):
                return False
            searcher = self._opened()
            if not self._auto_refresh:
                for request in list(self._recent):
                    searcher.search(request)
            with self._lock:
                self._searcher = searcher
            return True

    def version(self) -> str:
        """Return what names the commit that would answer now; another commit, another name."""
        snapshot = self._latest().snapshot
        return f"{snapshot.generation:x}-{snapshot.mark[0]:x}"

    def document_count(self) -> int:
        """Return how many documents the commit has that would answer now."""
        return self._latest().snapshot.live_count

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
            from searchengine.backends.embedded.index.verify import file_faults

            faults = file_faults(self._index)
            if faults:
                raise IndexDamagedError(faults[0]) from error
            raise

    def _latest(self) -> Searcher:
        """A searcher of the latest commit; an older one lives on while somebody reads it."""
        with self._lock:
            searcher = self._searcher
            if searcher is None or (self._auto_refresh and not self._is_latest(searcher)):
                searcher = self._searcher = self._opened()
            return searcher

    def _is_latest(self, searcher: Searcher) -> bool:
        return self._index.is_latest(searcher.snapshot.generation, searcher.snapshot.mark)

    def _opened(self) -> Searcher:
        before = self._searcher
        read = None if before is None else before.snapshot
        snapshot = self._index.steadily(lambda: Snapshot(self._index, read, self._budget))
        return Searcher(snapshot, before)


def _bytes_below(directory: Path) -> int:
    """The size of all files of a directory that are still there when they are looked at."""
    total = 0
    for entry in os.scandir(directory):
        with contextlib.suppress(FileNotFoundError):
            total += entry.stat().st_size
    return total
