"""A server that listens, in a thread of the tests, and what it answers to bytes."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

from searchengine import SearchEngine
from searchengine.server.http.run import DrainingServer, listen, server_of
from searchengine.server.service import Service
from searchengine.server.settings import LOOPBACK, Settings

PATIENCE = 20.0
HOST = b"Host: localhost\r\n"
VERSION = b"GET /version HTTP/1.1\r\n" + HOST + b"\r\n"
LAST = b"GET /version HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"


class Answers:
    """What came back over a connection until it was closed."""

    def __init__(self, received: bytes) -> None:
        self.received = received
        self.statuses = [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]

    @property
    def error(self) -> str:
        """The sentence of the last answer."""
        return str(json.loads(self.received.rpartition(b"\r\n\r\n")[2])["error"])


class Listening:
    """Where a server listens."""

    def __init__(self, port: int) -> None:
        self.port = port

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def ask(self, data: bytes) -> Answers:
        """Send ``data``; what comes until the server closes, which it must."""
        with self.connect() as connection:
            connection.sendall(data)
            return Answers(rest_of(connection))


def rest_of(connection: socket.socket) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


class _InThread(DrainingServer):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def listening(engine: SearchEngine, **settings: Any) -> Iterator[Listening]:
    """A server of ``engine`` on a free port, which is stopped in the end."""
    service = Service(engine, Settings(hosts=LOOPBACK, **settings))
    with contextlib.closing(listen("127.0.0.1", 0)) as listener:
        server = server_of(service, _InThread)
        began = threading.Event()
        server.when_started = began.set
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert began.wait(PATIENCE)
            yield Listening(listener.getsockname()[1])
        finally:
            server.should_exit = server.force_exit = True
            thread.join(PATIENCE)
