"""A bounded place for searches: so many run, so many wait, and each has its time.

Nothing here knows HTTP or what is run. What runs has a deadline to look at; what never looks
cannot be stopped, so its place stays taken until it has ended, and only its caller goes on. In
which order calls run is the business of ``fair_threads``.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from searchengine.deadline import limited
from searchengine.errors import SearchEngineError, TimeLimitError
from searchengine.server.fair_threads import FairThreads

T = TypeVar("T")


class BusyError(SearchEngineError):
    """The server has as much to do as it can."""

    status = 503


class Pool:
    """Runs plain functions in a few threads, off the event loop that calls it.

    With ``parked``, so many that run for long make way for those that wait.
    """

    def __init__(
        self, *, threads: int, queue: int, seconds: float, name: str, parked: int = 0
    ) -> None:
        self._threads = FairThreads(threads, parked, name=name)
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

        Raises :class:`BusyError` at once when all places are taken, and :class:`TimeLimitError`
        when the time is over, that of waiting included.
        """
        with self._lock:
            if self._taken >= self._places:
                raise BusyError("the server is busy: try again in a second")
            self._taken += 1
        end = time.monotonic() + self._seconds

        def in_time() -> T:
            with limited(end - time.monotonic()):
                return call(*args, **named)

        work = self._threads.submit(in_time)
        work.add_done_callback(self._done)
        future = asyncio.wrap_future(work)
        done, _ = await asyncio.wait((future,), timeout=self._seconds)
        try:
            if done:
                return future.result()
        except TimeLimitError:
            pass
        future.cancel()
        raise TimeLimitError(
            f"the request took longer than {self._seconds:g} seconds: ask for less, or try again"
        )

    def _done(self, _: object) -> None:
        with self._lock:
            self._taken -= 1

    def close(self) -> None:
        """Let the threads finish what they run."""
        self._threads.close()
