"""What the routes share: the engine, off the event loop and within the limits.

The API and the page both go through a :class:`Service`; neither sees threads. It follows the
commits of other processes, and it holds no HTTP. Where the server has several processes, each has
one, and knows the others as ``peers``.
"""

from __future__ import annotations

import asyncio
import datetime
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from searchengine.backends.vectors.passages import check_stage
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.engine import SearchEngine
from searchengine.errors import InputError, TimeLimitError
from searchengine.semantic.model import SemanticModel
from searchengine.server.heap import TRIM_SECONDS, trim
from searchengine.server.http.limits import BusyError, Pool
from searchengine.server.monitoring.counts import BUSY, TIME_LIMITED, Counts
from searchengine.server.monitoring.reports import Report, added, report_of
from searchengine.server.processes.peers import Alone, Peers
from searchengine.server.settings import Settings
from searchengine.time_zone import today

#: Searches that may have made way for others, each with a thread and the arrays that it works on.
PARKED = 15
#: Writes that may wait for the one before them.
WAITING_WRITES = 16
#: A write that takes longer is told so; it goes on, and what it did shows when it is done.
WRITE_SECONDS = 300.0

T = TypeVar("T")


def _model_for(engine: SearchEngine, directory: str | None) -> SemanticModel | None:
    """The model in ``directory``; raises :class:`InputError` unless the index has its vectors."""
    if directory is None:
        return None
    # Searches run side by side, each in a thread of its own.
    model = SemanticModel.open(directory, threads=1)
    with engine.open_view() as view:
        check_stage(SemanticStage(model.fingerprint, (0.0,) * model.dimensions), view.vector_model)
    return model


class Service:
    """An engine with a bounded number of threads around it; close it when the server stops.

    The engine is one that was opened without ``auto_refresh``, or sees each commit by itself.
    """

    def __init__(
        self, engine: SearchEngine, settings: Settings, peers: Peers | None = None
    ) -> None:
        self.engine = engine
        #: What searches by meaning go by; None where the server has no model.
        self.model = _model_for(engine, settings.model)
        self._peers = peers or Alone()
        self.counts = Counts()
        self.settings = settings
        self._pool = Pool(
            threads=settings.threads,
            queue=settings.queue,
            seconds=settings.seconds,
            name="search",
            parked=PARKED,
        )
        self._writes = Pool(threads=1, queue=WAITING_WRITES, seconds=WRITE_SECONDS, name="write")
        self._closing = threading.Event()
        self._follower: threading.Thread | None = None

    def start(self) -> None:
        """Open the last commit and follow those that come."""
        self.engine.refresh()
        self._follower = threading.Thread(target=self._follow, name="refresh", daemon=True)
        self._follower.start()

    async def call(self, function: Callable[..., T], /, *args: Any, **named: Any) -> T:
        """Return ``function(*args, **named)``, run in a search thread.

        Raises :class:`BusyError` when the server has too much to do, and :class:`TimeLimitError`
        when the time is over, which ends the function as soon as it looks.
        """
        try:
            return await self._pool.run(function, *args, **named)
        except TimeLimitError:
            self.counts.add(TIME_LIMITED)
            raise
        except BusyError:
            self.counts.add(BUSY)
            raise

    async def ask(self, function: Callable[..., T], /, *args: Any) -> T:
        """Return ``function(view, *args)``, run in a search thread, for a view of the last commit.

        That is the last one when its turn has come: one that was seen before would be kept open by
        whoever waits, and be answered without what is kept in memory for the last.
        """

        def answer() -> T:
            with self.engine.open_view() as view:
                return function(view, *args)

        return await self.call(answer)

    async def write(self, function: Callable[..., T], /, *args: Any, **named: Any) -> T:
        """Return ``function(*args, **named)``, run in the one thread that writes.

        What it commits is searched before this returns, by every process of the server. Raises
        :class:`BusyError` when too many writes wait.
        """

        def work() -> T:
            with self._peers.writing():
                result = function(*args, **named)
                self.engine.refresh()
            return result

        return await self._writes.run(work)

    @property
    def running(self) -> int:
        """How many calls are running or waiting to run."""
        return self._pool.taken

    def document_count(self) -> int:
        """Return how many documents the commit has that answers now; quick, for health checks."""
        return self.engine.document_count()

    async def stats(self) -> dict[str, Any]:
        """Return numbers about the index, and of the memory kept by all processes together."""
        found, others = await asyncio.gather(self.call(self.engine.stats), self._peers.cache_uses())
        cache = found["cache"]
        if cache is not None:
            kinds = Counter(cache["kinds"])
            for other in others:
                kinds.update(other.kinds)
            cache["bytes"] += sum(other.bytes for other in others)
            cache["limit"] += sum(other.limit for other in others)
            cache["kinds"] = dict(kinds)
        return {**found, "processes": 1 + len(others)}

    def own_report(self) -> Report:
        """Return what this process counted and holds, for metrics."""
        return report_of(self.counts, self.engine.version(), self.engine.cache_use())

    async def report(self) -> Report:
        """Return the sum of what all processes report, and of what those that ended counted."""
        return added(await self._peers.reports(self.own_report()))

    def semantic(self, wanted: bool) -> SemanticModel | None:
        """Return what a search goes by beside words; raises :class:`InputError` without a model."""
        if wanted and self.model is None:
            raise InputError(
                "this server has no model to go by: start it with "
                "'searchengine serve --semantic --model DIR'"
            )
        return self.model if wanted else None

    def today(self) -> datetime.date:
        """Return the day that date boosts count from."""
        return today()

    def close(self) -> None:
        """Let running searches and writes end, and close the index."""
        self._closing.set()
        self._pool.close()
        self._writes.close()
        if self._follower is not None:
            self._follower.join()
        self.engine.close()

    def _follow(self) -> None:
        told = ""
        trimmed = time.monotonic()
        while not self._closing.wait(self.engine.refresh_seconds):
            try:
                self.engine.refresh()
                told = ""
            except Exception as error:
                # The last sound commit goes on answering; the log says it once.
                if str(error) != told:
                    told = str(error)
                    print(f"error: {told}", file=sys.stderr, flush=True)
            if time.monotonic() - trimmed >= TRIM_SECONDS:
                trim()
                trimmed = time.monotonic()
