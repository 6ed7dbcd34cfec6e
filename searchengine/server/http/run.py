"""Listening, serving until a signal, and stopping without losing a request.

One process serves by itself; several are led by a parent, and each serves what it hands them.
Stopping takes four steps: take what has connected, stop listening, answer what comes on open
connections and ask each client to leave, then close what is idle.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import uvicorn

from searchengine.engine import CACHE_BYTES, SearchEngine
from searchengine.errors import InputError
from searchengine.server.app import create_app
from searchengine.server.heap import share_one_arena
from searchengine.server.http.middleware import Middleware
from searchengine.server.http.open_files import room_for
from searchengine.server.http.protocol import protocol_for
from searchengine.server.http.rate_limit import RateLimit, new_table
from searchengine.server.processes.count import process_count, share_of
from searchengine.server.processes.parent import WorkerStart, lead
from searchengine.server.service import Service
from searchengine.server.settings import Settings

#: Idle connections are kept so long after the signal, for requests already on their way.
DRAIN_SECONDS = 1.0
#: Requests still unanswered so long after that are given up.
GIVE_UP_SECONDS = 30
#: Connections that the system accepts for us while we are busy.
BACKLOG = 1024
#: A thread lets go of Python after so many seconds when another waits. Python's own 5 ms would
#: let answers that are ready wait behind a search.
SWITCH_SECONDS = 0.001
#: The garbage collector looks after so many objects more than before, and at older ones after so
#: many looks. Searches leave little for it: by its own measure of 700 it takes 1 % of their time,
#: and one look after 20,000 made a request wait 14 ms and more.
COLLECT_AFTER = (2_000, 10, 100)


S = TypeVar("S", bound="DrainingServer")


def run(
    directory: str,
    host: str,
    port: int,
    settings: Settings,
    *,
    processes: int | None = None,
    cache_bytes: int = CACHE_BYTES,
    started: Callable[[str, int], None],
) -> None:
    """Serve the index in ``directory``, or at that address, until SIGTERM or SIGINT, then return.

    So many ``processes`` answer; without a number, as many as the index is worth. Together they
    keep at most about ``cache_bytes`` bytes in memory between searches. ``started`` is
    called with the address and the number of documents once all take requests. Raises
    :class:`IndexNotFoundError`, :class:`IndexDamagedError`, :class:`IndexUnavailableError` where
    a cluster does not answer, :class:`StartError` if processes do not come up, and
    :class:`InputError` for an address that cannot be listened on.
    """
    share_one_arena()
    engine = SearchEngine.open(directory, auto_refresh=False, cache_bytes=cache_bytes)
    count = process_count(processes, engine.document_count())
    settings = share_of(settings, count)
    insist = settings.connections > share_of(Settings(), count).connections
    settings = replace(settings, connections=room_for(settings.connections, insist=insist))
    clients = new_table() if settings.rate_limit is not None else None
    if count == 1:
        service = Service(engine, settings)
        service.start()
        with contextlib.closing(service), contextlib.closing(listen(host, port)) as listener:
            server = server_of(service, DrainingServer, clients=clients)
            server.when_started = lambda: started(url_of(host, listener), service.document_count())
            server.run(sockets=[listener])
        return
    engine.close()
    start = WorkerStart(
        directory=directory,
        cache_bytes=cache_bytes // count,
        settings=settings,
        clients=clients,
    )
    with contextlib.closing(listen(host, port)) as listener:
        url = url_of(host, listener)
        lead(listener, start, count, lambda documents: started(url, documents))


def server_of(
    service: Service,
    made: Callable[[uvicorn.Config, Middleware], S],
    *,
    clients: int | None = None,
    lost: Callable[[], None] = lambda: None,
) -> S:
    """Return a server of ``service``, ready to run in this process, which it takes over.

    ``clients`` is the number of the table in which requests of clients are counted; ``lost`` is
    called whenever a connection has ended.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = service.settings
    rate_limit = None
    if settings.rate_limit is not None and clients is not None:
        rate_limit = RateLimit(settings.rate_limit, clients)
    app = create_app(service, settings, log=sys.stderr, rate_limit=rate_limit)
    config = uvicorn.Config(
        app,
        http=protocol_for(settings, lost),
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=max(1, round(settings.keep_alive)),
        timeout_graceful_shutdown=GIVE_UP_SECONDS,
        backlog=BACKLOG,
    )
    # What is loaded by now stays; a full collection that went through it would take 20 ms and more.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return made(config, app)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises :class:`InputError` if it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        with contextlib.ExitStack() as on_error:
            on_error.callback(listener.close)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
            listener.setblocking(False)
            on_error.pop_all()
        return listener
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"cannot listen on {host} port {port} ({reason}): name another with --port or --host"
        ) from error


def url_of(host: str, listener: socket.socket) -> str:
    """Return the address that a browser on this computer would use."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{listener.getsockname()[1]}/"


class DrainingServer(uvicorn.Server):
    """uvicorn's server, which stops at a signal once every request it was sent is answered."""

    def __init__(self, config: uvicorn.Config, app: Middleware) -> None:
        super().__init__(config)
        self._app = app
        self.when_started: Callable[[], None] = lambda: None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.when_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.draining = True
        await self._stop_listening(sockets or [])
        until = time.monotonic() + DRAIN_SECONDS
        while self.server_state.connections and time.monotonic() < until and not self.force_exit:
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)

    async def _stop_listening(self, sockets: list[socket.socket]) -> None:
        """Take every connection that the system has accepted, and close what listens."""
        waiting = []
        for listener in sockets:
            with contextlib.suppress(OSError):
                while True:
                    waiting.append(listener.accept()[0])
        for server in self.servers:
            server.close()
        for connection in waiting:
            with contextlib.suppress(OSError):
                await self.take(connection)

    async def take(self, connection: socket.socket) -> None:
        """Answer the requests of a connection; raises OSError if it has ended already."""
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        made: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = made(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at the first signal, at once at the second; a clean stop is no failure."""

        def handle(number: int, frame: Any) -> None:
            self.force_exit = self.should_exit
            self.should_exit = True

        before = {
            number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
