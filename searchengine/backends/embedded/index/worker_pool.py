"""Processes that make segments for a writer, so that indexing uses all cores."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.document_builder import (
    BuiltSegment,
    Pending,
    make_segment,
)
from searchengine.backends.fields import Field


class WorkerPool:
    """A pool that starts with its first batch; results come back in the order of submission."""

    def __init__(self, directory: Directory, workers: int, fields: Sequence[Field] = ()) -> None:
        """Prepare ``workers`` processes, whose files lie in ``directory`` until they are taken.

        ``fields`` are those that the index declares.
        """
        self._workers = workers
        self._fields = tuple(fields)
        self._directory = directory
        self._folder = ""
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[tuple[list[str], Future[BuiltSegment]]] = deque()

    @property
    def busy(self) -> bool:
        """Whether any batch was submitted."""
        return self._pool is not None

    def submit(self, batch: list[Pending]) -> None:
        """Have a segment made of ``batch``."""
        if not batch:
            return
        if self._pool is None:
            self._folder = self._directory.temporary_folder()
            # Spawned, not forked: the caller may have threads.
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
            )
        future = self._pool.submit(make_segment, batch, self._folder, self._fields)
        self._waiting.append(([pending.id for pending in batch], future))

    def finished(self, *, wait_for_all: bool) -> Iterator[tuple[list[str], BuiltSegment]]:
        """Yield the ids and files of finished batches; waits while too many are under way."""
        while self._waiting:
            ids, future = self._waiting[0]
            if not (wait_for_all or future.done() or len(self._waiting) > self._workers + 1):
                return
            made = future.result()
            self._waiting.popleft()
            yield ids, made

    def stop(self) -> None:
        """End the processes and remove what they left."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
            self._waiting.clear()
            with contextlib.suppress(OSError):
                self._directory.delete_file(self._folder)


def _begin() -> None:
    """Leave Ctrl-C to the main process, which stops its helpers itself; end when it has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
