"""A bounded place for searches: so many run, so many wait, and each has its time.

Nothing here knows HTTP or what is run. A thread that is past its time cannot be stopped, so its
place stays taken until it has really ended; only whoever waited for it goes on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from searchengine.errors import SearchEngineError

T = TypeVar("T")


class BusyError(SearchEngineError):
    """The server has as much to do as it can, or the request took too long."""

    status = 503


class Pool:
    """Runs plain functions in a few threads, off the event loop that calls it."""

    def __init__(self, *, threads: int, queue: int, seconds: float, name: str) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threads + queue
        self._seconds = seconds
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """How many calls are running or waiting."""
        return self._taken

    async def run(self, call: Callable[..., T], /, *args: object, **named: object) -> T:
        """Return what ``call`` returns, or raise what it raises.

        Raises :class:`BusyError` at once when all places are taken, and when the time is over.
        """
        with self._lock:
            if self._taken >= self._places:
                raise BusyError("the server is busy: try again in a second")
            self._taken += 1
        work = self._executor.submit(call, *args, **named)
        work.add_done_callback(self._done)
        future = asyncio.wrap_future(work)
        done, _ = await asyncio.wait((future,), timeout=self._seconds)
        if not done:
            future.cancel()
            raise BusyError(
                f"the search took longer than {self._seconds:g} seconds: ask for less, or try again"
            )
        return future.result()

    def _done(self, _: object) -> None:
        with self._lock:
            self._taken -= 1

    def close(self) -> None:
        """Let the threads finish what they run."""
        self._executor.shutdown(wait=True, cancel_futures=True)
