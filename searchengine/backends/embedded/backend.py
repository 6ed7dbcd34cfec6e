"""The index in a directory as a backend: opens it, follows its commits, gives out views of them.

What a view answers is in ``view`` and ``searcher``, what lies on the disk in ``index``.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from searchengine.backends.counts import CacheUse
from searchengine.backends.embedded.cache_budget import CACHE_BYTES, CacheBudget
from searchengine.backends.embedded.index.arrays.sections import reading
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.storage import (
    LOCK_FILE,
    STAMP_FILE,
    Index,
    clean,
    create_index,
    index_exists,
    open_index,
)
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.backends.embedded.searcher import Searcher
from searchengine.backends.embedded.view import EmbeddedView
from searchengine.backends.fields import DEFAULT_SETTINGS, IndexSettings
from searchengine.backends.values import Plan
from searchengine.backends.vectors.passages import VectorModel
from searchengine.errors import IndexClosedError

if TYPE_CHECKING:
    from searchengine.backends.embedded.index.backup import Backup
    from searchengine.backends.embedded.index.vectors.writer import EmbeddedVectorWriter
    from searchengine.backends.embedded.index.writer import DocumentWriter

#: A new commit answers so many of the latest plans before it takes over: enough for what every
#: search needs of it to be made.
WARMING_PLANS = 1


class EmbeddedBackend:
    """A Whoosh index in a directory; safe for many reading threads.

    With ``auto_refresh`` each view looks for a new commit first and opens it, which its caller
    waits for. Without, the commit that was last opened answers until :meth:`refresh` has another
    one ready: a server never lets a question wait for an index to be opened.
    """

    stores_vectors: ClassVar[bool] = True
    #: Each time asks the system of two file names. With the time that opening takes, a commit is
    #: visible within a second.
    refresh_seconds = 0.2

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
        self._recent: deque[Plan] = deque(maxlen=WARMING_PLANS)
        self._closed = False

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        create: bool = False,
        settings: IndexSettings = DEFAULT_SETTINGS,
        storage: type[Directory] = Directory,
        auto_refresh: bool = True,
        cache_bytes: int = CACHE_BYTES,
    ) -> EmbeddedBackend:
        """Open the index in ``directory``; make one first where there is none and ``create``.

        ``settings`` are those of an index that is made.
        Between searches it keeps at most about ``cache_bytes`` bytes in memory.
        ``storage`` is what touches the disk; tests put one in its place that fails.
        """
        if create and not index_exists(directory):
            index = create_index(directory, storage, settings)
        else:
            index = open_index(directory, storage)
        return cls(index, directory, auto_refresh=auto_refresh, cache_bytes=cache_bytes)

    @classmethod
    def remove(cls, directory: Path) -> None:
        """Delete the files of the index in ``directory``, and that too if nothing else is in it.

        Raises :class:`IndexNotFoundError` without an index, and :class:`IndexLockedError` while
        somebody writes to it.
        """
        index = open_index(directory)
        backend = cls(index, directory)
        writer = backend.writer()
        try:
            index.storage.delete_file(STAMP_FILE)
            clean(index.storage, index.latest_generation() + 1, [])
        finally:
            writer.cancel()
            backend.close()
        with contextlib.suppress(OSError):
            index.storage.delete_file(LOCK_FILE)
            directory.rmdir()

    def open_view(self) -> EmbeddedView:
        """Return a view of the latest commit, or of the last that :meth:`refresh` opened.

        Raises :class:`IndexDamagedError` where somebody has cut a file that is open.
        """
        searcher = self._latest()
        searcher.snapshot.check_whole()
        return EmbeddedView(searcher, self._index, self._recent)

    def writer(self, *, workers: int = 1) -> DocumentWriter:
        """Return the only writer."""
        from searchengine.backends.embedded.index.writer import DocumentWriter  # Not for a search.

        self._check_open()
        return DocumentWriter(self._index, self._directory, workers)

    def vector_writer(self, model: VectorModel, *, replace: bool = False) -> EmbeddedVectorWriter:
        """Return the only writer, one of vectors that ``model`` makes."""
        from searchengine.backends.embedded.index.vectors.writer import EmbeddedVectorWriter

        self._check_open()
        return EmbeddedVectorWriter(self._index, self._directory, model, replace=replace)

    def refresh(self) -> bool:
        """Open the latest commit for the views to come; return whether there was a new one.

        It answers some recent plans before it takes over, so that the next ones find its arrays in
        memory. One that fails is no reason to stay with the old commit.
        """
        with self._refreshing:
            before = self._searcher
            if before is not None and self._is_latest(before):
                return False
            searcher = self._opened()
            for plan in list(self._recent):
                # Whoever asks that again is told what is wrong with it.
                with contextlib.suppress(Exception):
                    searcher.search(plan)
            with self._lock:
                self._check_open()
                self._searcher = searcher
            return True

    def verify(self) -> list[str]:
        """Return what is wrong with the index, a line a fault; empty if nothing is."""
        from searchengine.backends.embedded.index.verify import verify_index

        self._check_open()
        return verify_index(self._index)

    def backup(self, path: Path, *, beside: Sequence[str] = ()) -> Backup:
        """Copy the latest commit to ``path``; see :func:`backup_index`."""
        from searchengine.backends.embedded.index.backup import backup_index

        self._check_open()
        return backup_index(self._index, path, beside=beside)

    def last_commit(self) -> float:
        """Return when the commit that answers was made, in seconds since 1970."""
        return self._latest().snapshot.mark[0] / 1e9

    def cache_use(self) -> CacheUse:
        """Return what is kept in memory between searches."""
        self._check_open()
        return self._budget.use()

    def close(self) -> None:
        """Let go of the files; views that are still open keep theirs until they are closed."""
        with self._lock:
            self._closed = True
            self._searcher = None
            self._recent.clear()

    def _latest(self) -> Searcher:
        """A searcher of the latest commit; an older one lives on while somebody reads it."""
        with self._lock:
            self._check_open()
            searcher = self._searcher
            if searcher is None or (self._auto_refresh and not self._is_latest(searcher)):
                searcher = self._searcher = self._opened()
            return searcher

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosedError(
                f"this engine on {self._directory} is closed: open it again to go on"
            )

    def _is_latest(self, searcher: Searcher) -> bool:
        return self._index.is_latest(searcher.snapshot.generation, searcher.snapshot.mark)

    def _opened(self) -> Searcher:
        before = self._searcher
        read = None if before is None else before.snapshot
        with reading(f"the index in {self._directory}"):
            snapshot = self._index.steadily(lambda: Snapshot(self._index, read, self._budget))
            return Searcher(snapshot, before)
