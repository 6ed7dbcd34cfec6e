"""HTTP on the wire: uvicorn's parser, with bounds that it does not have itself.

Heads and bodies of requests are limited in bytes and in time, answers in the time that a client
takes to read them, connections in number. Letters outside ASCII in an address are taken as if
percent-encoded. What is no HTTP, or could be read in two ways, is refused in our shape.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from searchengine.server.api.errors import RETRY_AFTER, encode
from searchengine.server.settings import Settings

#: A client has so many seconds from the first byte of a request to the end of its head.
HEAD_SECONDS = 10.0
#: Of a body that it sends, and of an answer that it reads, it must move so many bytes each time
#: that so many seconds are over: a slow line does, one that only keeps a connection does not.
MOVE_SECONDS, MOVED_BYTES = 10.0, 10_000
#: The system keeps so much of an answer, and as much again, for a client to fetch. It asks for more
#: when a third of that is fetched: with the megabytes that it takes by itself a slow client would
#: seem to stand still, and each would hold them.
SEND_BUFFER = 65_536
#: Requests that may wait on a connection behind the one that is answered.
PIPELINED = 32

#: A host name or address with a port, and nothing beside it; whether it is ours is asked later.
_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*)(?::[0-9]*)?")
_NO_HTTP = "this is not HTTP that the server understands: check the client"

_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
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
        self._in_head = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        #: Bytes of the body so far, and how many there were when its progress was last looked at.
        self._body_bytes = self._body_seen = 0
        self._body_timer: asyncio.TimerHandle | None = None
        #: Bytes of answers that the client had yet to take when that was last looked at.
        self._unread = 0
        self._answer_timer: asyncio.TimerHandle | None = None
        self._fault = _NO_HTTP

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        # Whatever the system does not take at once is told as a pause, until it has all.
        transport.set_write_buffer_limits(high=0)
        self._start_head_timer()
        if len(self.connections) > self.limits.connections:
            self._refuse(503, "the server has too many open connections: try again in a second")

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head_timer, self._body_timer, self._answer_timer):
            if timer is not None:
                timer.cancel()
        # uvicorn leaves its own to run where the client broke off.
        self._unset_keepalive_if_required()
        self.pipeline.clear()
        super().connection_lost(exc)
        self.when_lost()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            if self._head_timer is None:
                self._start_head_timer()
            if not self._head_bytes and not data.isascii():
                data = _encoded(data)
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        super().data_received(data)
        if self._in_head:
            if self._head_bytes > self.limits.head_bytes:
                self._head_too_long()
        elif self._body_bytes > self.limits.body_bytes + self.limits.head_bytes:
            # What a route reads it has refused before; this ends what nobody reads.
            limit = f"{self.limits.body_bytes:,}"
            self._refuse(413, f"the body has more than {limit} bytes: send less at a time")
        elif self._body_timer is None:
            self._body_seen = self._body_bytes
            self._body_timer = self.loop.call_later(MOVE_SECONDS, self._look_at_body)

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        # A field behind a body could say who asks, or of whom, after that was decided.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._check_head()
        super().on_headers_complete()
        self._in_head = False
        self._head_bytes = self._body_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        if self.parser.should_upgrade():
            # What follows is of another protocol to the parser, which reads no more of it.
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True
        if self._body_timer is not None:
            self._body_timer.cancel()
            self._body_timer = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.transport.get_write_buffer_size()
        self._answer_timer = self.loop.call_later(MOVE_SECONDS, self._look_at_answer)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, self._fault)

    def _check_head(self) -> None:
        """Raise ValueError, which becomes a 400, for a head that others could read otherwise.

        The parser itself is strict with lengths, the ends of lines, and names.
        """
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            self._bad("the server speaks HTTP/1.1: check the client")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and version == "1.1"):
            self._bad("a request names one host: send one Host")
        if hosts and not _HOST.fullmatch(hosts[0]):
            self._bad("the Host is no name of a host: check the client")
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if codings and (version == "1.0" or [one.lower() for one in codings] != [b"chunked"]):
            self._bad("a body comes with its length or in chunks, and not packed: send it as it is")
        if len(self.pipeline) >= PIPELINED:
            self._bad("too many requests wait on this connection: wait for answers")

    def _bad(self, message: str) -> None:
        self._fault = message
        raise ValueError(message)

    def _head_too_long(self) -> None:
        if len(self.url) > self.limits.url_bytes:
            limit = f"{self.limits.url_bytes:,}"
            self._refuse(414, f"the address has more than {limit} bytes: shorten it")
        else:
            limit = f"{self.limits.head_bytes:,}"
            self._refuse(431, f"the headers have more than {limit} bytes: send fewer")

    def _head_too_slow(self) -> None:
        self._head_timer = None
        if self._head_bytes:
            self._refuse(408, "the request took too long to arrive: send it again")
        else:
            self.transport.close()

    def _look_at_body(self) -> None:
        moved, self._body_seen = self._body_bytes - self._body_seen, self._body_bytes
        self._body_timer = self.loop.call_later(MOVE_SECONDS, self._look_at_body)
        # While the server itself reads no further, the client cannot send.
        if moved < MOVED_BYTES and not self.flow.read_paused:
            self._refuse(408, "the body took too long to arrive: send it again")

    def _look_at_answer(self) -> None:
        left = self.transport.get_write_buffer_size()
        moved, self._unread = self._unread - left, left
        if moved < MOVED_BYTES:
            self.transport.abort()
        else:
            self._answer_timer = self.loop.call_later(MOVE_SECONDS, self._look_at_answer)

    def _refuse(self, status: int, message: str) -> None:
        """Answer without asking the application, and close.

        What the client asked before is answered first, for answers come in the order of requests.
        """
        if self.transport.is_closing():
            return
        unanswered = self.cycle is not None and not self.cycle.response_complete
        if unanswered and self._in_head:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if not self._in_head and (self.cycle.response_started or self.pipeline):
            self.transport.abort()
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

    def _start_head_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_too_slow)
