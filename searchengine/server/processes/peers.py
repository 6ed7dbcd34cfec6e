"""What the routes of one process know of the others: nothing where there are none.

Writes of all processes come one after the other, and what one has written is searched by all of
them when it is told to be done. The numbers of what is kept in memory are those of all together.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import AbstractContextManager
from typing import Any, Protocol

from searchengine.backends.counts import CacheUse
from searchengine.errors import SearchEngineError
from searchengine.server.monitoring.reports import Report
from searchengine.server.processes.channel import Lines, Message, encode
from searchengine.server.processes.exchange import CACHE, LEAVE, REPORT, SHOW, TURN

#: Others open a commit in a fraction of a second; one that takes so many is told to be late.
SHOW_SECONDS = 10.0
#: Others say so soon what they keep in memory, or their numbers are left out.
CACHE_SECONDS = 2.0
#: Likewise what they have counted, or nobody's numbers are told.
REPORT_SECONDS = 5.0


class PeerError(SearchEngineError):
    """What was written is kept, but not every process of the server searches it."""

    status = 500


class StoppingError(SearchEngineError):
    """The server stops, so nothing more is begun."""

    status = 503


class Peers(Protocol):
    """The other processes of a server."""

    def writing(self) -> AbstractContextManager[None]:
        """Hold the turn to write; leaving it waits until the others search what was written.

        Raises :class:`PeerError` at its end if one of them cannot. A block that raises is taken
        to have written nothing.
        """
        ...

    async def cache_uses(self) -> Sequence[CacheUse]:
        """Return what each of the others keeps in memory between searches."""
        ...

    async def reports(self, own: Report) -> Sequence[Report]:
        """Return ``own``, what each of the others reports, and what those that ended had counted.

        Raises :class:`PeerError` if one of them does not say: a sum without it would be wrong.
        """
        ...


class Alone:
    """No other process: there is nobody to wait for."""

    def writing(self) -> AbstractContextManager[None]:
        return contextlib.nullcontext()

    async def cache_uses(self) -> Sequence[CacheUse]:
        return ()

    async def reports(self, own: Report) -> Sequence[Report]:
        return (own,)


class Colleagues:
    """The other workers, reached over the parent; safe for many threads.

    A thread of its own listens, so that the others are answered however busy this process is.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._messages = self._received()
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._asked: dict[int, Future[list[Any]]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def read(self) -> Message | None:
        """Return the next message, once there is one; None if the parent has ended."""
        return next(self._messages, None)

    def listen(
        self, told_to: dict[str, Callable[[], Any]], parent_ended: Callable[[], None]
    ) -> None:
        """Do what others ask in a thread, by its name in ``told_to``, until the parent ends."""

        def work() -> None:
            for message in self._messages:
                if "do" in message:
                    value = told_to[message["do"]]()
                    self.send({"done": message["number"], "value": value})
                else:
                    with self._lock:
                        answer = self._asked.pop(message["answer"], None)
                    if answer is not None and answer.set_running_or_notify_cancel():
                        answer.set_result(message["values"])
            self.close()
            parent_ended()

        threading.Thread(target=work, name="colleagues", daemon=True).start()

    def send(self, message: Message) -> None:
        """Tell the parent; nobody, if it has ended."""
        with self._sending, contextlib.suppress(OSError):
            self._channel.sendall(encode(message))

    def close(self) -> None:
        """Let nobody here wait for the others any more; they may still ask."""
        with self._lock:
            self._closed = True
            waiting = list(self._asked.values())
            self._asked.clear()
        for one in waiting:
            if one.set_running_or_notify_cancel():
                one.set_exception(_stopping())

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        self._ask(TURN).result()
        try:
            yield
        except BaseException:
            with contextlib.suppress(StoppingError):
                self._ask(LEAVE)
            raise
        try:
            seen = self._ask(SHOW).result(SHOW_SECONDS)
        except (StoppingError, FutureTimeoutError):
            seen = [False]
        if not all(seen):
            raise PeerError(
                "it is written, but a process of the server cannot search it yet: "
                "the server's log has the details"
            )

    async def cache_uses(self) -> Sequence[CacheUse]:
        try:
            asked = asyncio.wrap_future(self._ask(CACHE))
            return [CacheUse(**one) for one in await asyncio.wait_for(asked, CACHE_SECONDS)]
        except (StoppingError, asyncio.TimeoutError):
            return ()

    async def reports(self, own: Report) -> Sequence[Report]:
        try:
            asked = asyncio.wrap_future(self._ask(REPORT, own))
            return [own, *await asyncio.wait_for(asked, REPORT_SECONDS)]
        except asyncio.TimeoutError as error:
            raise PeerError("a process of the server does not say what it has counted") from error

    def _ask(self, what: str, value: Any = None) -> Future[list[Any]]:
        answer: Future[list[Any]] = Future()
        with self._lock:
            if self._closed:
                raise _stopping()
            number = next(self._numbers)
            self._asked[number] = answer
        self.send({"ask": what, "number": number, "value": value})
        return answer

    def _received(self) -> Iterator[Message]:
        lines = Lines()
        while True:
            try:
                data = self._channel.recv(65536)
            except OSError:
                return
            if not data:
                return
            yield from lines.feed(data)


def _stopping() -> StoppingError:
    return StoppingError("the server is stopping: try again in a few seconds")
