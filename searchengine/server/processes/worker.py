"""A process that answers: serves the connections that its parent hands it, until it hands no more.

It takes no signals; that there will be no more connections is its sign to stop. It ends when its
parent does, however that ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import uvicorn

from searchengine.backends.counts import CacheUse
from searchengine.engine import SearchEngine
from searchengine.errors import IndexClosedError, SearchEngineError
from searchengine.server.heap import share_one_arena
from searchengine.server.http.middleware import Middleware
from searchengine.server.http.run import GIVE_UP_SECONDS, DrainingServer, server_of
from searchengine.server.monitoring.reports import Report
from searchengine.server.processes.channel import ENDED, TAKEN, Outbox
from searchengine.server.processes.exchange import CACHE, REFRESH, REPORT
from searchengine.server.processes.parent import SIGNALS, WorkerStart
from searchengine.server.processes.peers import Colleagues
from searchengine.server.service import Service

#: So many seconds after its parent has ended a worker ends whatever it still does; a commit that
#: is being written then is none.
ORPHAN_SECONDS = GIVE_UP_SECONDS + 5.0


def main() -> None:
    """Run a worker on the two sockets whose numbers are the program's first arguments."""
    share_one_arena()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    connections, control = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    colleagues = Colleagues(control)
    message = colleagues.read()
    if message is None:
        sys.exit(1)
    try:
        _serve(WorkerStart.of(message), connections, colleagues)
    except SearchEngineError as error:
        # The parent tells it.
        colleagues.send({"failed": str(error)})
        sys.exit(2)


def _serve(start: WorkerStart, connections: socket.socket, colleagues: Colleagues) -> None:
    told_to: dict[str, Callable[[], Any]] = {}
    # While it starts there is nothing that it must finish.
    orphaned: list[Callable[[], None]] = [lambda: os._exit(1)]
    colleagues.listen(told_to, lambda: orphaned[0]())
    engine = SearchEngine.open(start.directory, auto_refresh=False, cache_bytes=start.cache_bytes)
    service = Service(engine, start.settings, colleagues)
    service.start()
    with contextlib.closing(service), contextlib.closing(colleagues):
        outbox = Outbox(connections)
        server = server_of(
            service,
            lambda config, app: _WorkerServer(config, app, connections, outbox),
            clients=start.clients,
            lost=lambda: outbox.send(ENDED),
        )
        told_to[REFRESH] = lambda: _refreshed(engine)
        told_to[CACHE] = lambda: _cache_use(engine)
        told_to[REPORT] = lambda: _report(service)
        orphaned[0] = lambda: _stop_soon(server)
        server.when_started = lambda: colleagues.send({"ready": service.document_count()})
        server.run(sockets=[])


class _WorkerServer(DrainingServer):
    """Answers the connections that come over a channel, and stops when there are no more."""

    def __init__(
        self, config: uvicorn.Config, app: Middleware, channel: socket.socket, outbox: Outbox
    ) -> None:
        super().__init__(config, app)
        self._channel = channel
        self._outbox = outbox
        self._taking: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._handed)
        await super().startup(sockets)

    async def _stop_listening(self, sockets: list[socket.socket]) -> None:
        self._handed()
        asyncio.get_running_loop().remove_reader(self._channel)
        while self._taking:
            await asyncio.gather(*self._taking)

    def _handed(self) -> None:
        """Take the connections that have been handed over."""
        while True:
            try:
                byte, numbers, *_ = socket.recv_fds(self._channel, 1, 1)
            except BlockingIOError:
                return
            except OSError:
                byte, numbers = b"", []
            if not byte:
                asyncio.get_running_loop().remove_reader(self._channel)
                self.should_exit = True
                return
            self._outbox.send(TAKEN)
            if not numbers:
                # No descriptor was free: the client has to come again.
                self._outbox.send(ENDED)
            for number in numbers:
                task = asyncio.create_task(self._answer(socket.socket(fileno=number)))
                self._taking.add(task)
                task.add_done_callback(self._taking.discard)

    async def _answer(self, connection: socket.socket) -> None:
        try:
            await self.take(connection)
        except OSError:
            connection.close()
            self._outbox.send(ENDED)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the parent's."""
        yield


def _refreshed(engine: SearchEngine) -> bool:
    """Search the last commit from now on; return whether that can be."""
    try:
        engine.refresh()
    except IndexClosedError:
        pass  # Nobody is answered from here any more.
    except Exception as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return False
    return True


def _cache_use(engine: SearchEngine) -> dict[str, Any]:
    """What is kept in memory; nothing once the engine is closed."""
    use = None
    with contextlib.suppress(IndexClosedError):
        use = engine.cache_use()
    return asdict(use or CacheUse(0, 0, {}))


def _report(service: Service) -> Report:
    """What this process has counted and holds; counts alone once the engine is closed."""
    try:
        return service.own_report()
    except IndexClosedError:
        return {"counted": service.counts.numbers(), "held": {}}


def _stop_soon(server: DrainingServer) -> None:
    """Answer what has come, for as long as that may take."""
    server.should_exit = True
    timer = threading.Timer(ORPHAN_SECONDS, os._exit, (1,))
    timer.daemon = True
    timer.start()
