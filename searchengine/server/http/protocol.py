"""HTTP on the wire: uvicorn's parser, with bounds that it does not have itself.

Heads of requests are limited in bytes and in time, connections in number, letters outside ASCII
in an address are taken as if percent-encoded, and what is no HTTP is refused in our shape.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from searchengine.server.api.errors import RETRY_AFTER, encode
from searchengine.server.settings import Settings

#: A client has so many seconds from the first byte of a request to the end of its head.
HEAD_SECONDS = 10.0

_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_ASCII = bytes(range(0x20, 0x7F)).decode("ascii")


def protocol_for(
    settings: Settings, lost: Callable[[], None] = lambda: None
) -> type[HttpToolsProtocol]:
    """Return the protocol class that keeps the limits of ``settings``.

    ``lost`` is called whenever a connection has ended.
    """

    class Protocol(_Bounded):
        limits = settings
        when_lost = staticmethod(lost)

    return Protocol


def _encoded(data: bytes) -> bytes:
    """A request whose first line has its letters outside ASCII percent-encoded."""
    line, end, rest = data.partition(b"\r\n")
    return quote(line, safe=_ASCII).encode("ascii") + end + rest


class _Bounded(HttpToolsProtocol):
    limits: Settings
    when_lost: Callable[[], None]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.url = b""
        self._head_bytes = 0
        self._in_head = True
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()
        if len(self.connections) > self.limits.connections:
            self._refuse(503, "the server has too many open connections: try again in a second")

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)
        self.when_lost()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            if self._head_timer is None:
                self._start_timer()
            if not self._head_bytes and not data.isascii():
                data = _encoded(data)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.limits.head_bytes:
            self._too_long()

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head_bytes = 0
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "this is not HTTP that the server understands: check the client")

    def _too_long(self) -> None:
        if len(self.url) > self.limits.url_bytes:
            limit = f"{self.limits.url_bytes:,}"
            self._refuse(414, f"the address has more than {limit} bytes: shorten it")
        else:
            limit = f"{self.limits.head_bytes:,}"
            self._refuse(431, f"the headers have more than {limit} bytes: send fewer")

    def _too_slow(self) -> None:
        self._head_timer = None
        if self._head_bytes:
            self._refuse(408, "the request took too long to arrive: send it again")
        else:
            self.transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """Answer without asking the application, and close."""
        if self.transport.is_closing():
            return
        body = encode({"ok": False, "error": message, "status": status})
        head = [
            f"HTTP/1.1 {status} {_REASONS[status]}",
            "content-type: application/json; charset=utf-8",
            f"content-length: {len(body)}",
            "x-content-type-options: nosniff",
            "connection: close",
        ]
        if status == 503:
            head.append(f"retry-after: {RETRY_AFTER}")
        self.transport.write("\r\n".join([*head, "", ""]).encode("ascii") + body)
        self.transport.close()

    def _start_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
