"""How the parent and a worker speak: two pairs of sockets, and what goes over each.

Over one go connections: a byte with a descriptor each, and back a byte for each that was taken or
has ended. Over the other go messages, a line of JSON each. A pair ends with either process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

#: What a worker says of connections: it has one, one has ended.
TAKEN, ENDED = b"+", b"-"

Message = dict[str, Any]


def encode(message: Mapping[str, Any]) -> bytes:
    """Return a message as its line."""
    return json.dumps(message).encode("ascii") + b"\n"


class Lines:
    """Makes messages of the bytes that come."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yield the messages that are whole with ``data``."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            yield json.loads(line)


class Outbox:
    """Sends over a socket from the event loop without ever waiting for the other side."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._rest = bytearray()

    def send(self, data: bytes) -> None:
        """Send ``data`` as soon as there is room; nowhere if the other side has ended."""
        waiting = bool(self._rest)
        self._rest += data
        if not waiting:
            self._flush()
            if self._rest:
                asyncio.get_running_loop().add_writer(self._channel, self._go_on)

    def close(self) -> None:
        """Send nothing more."""
        self._rest.clear()
        with contextlib.suppress(RuntimeError):  # The loop has ended.
            asyncio.get_running_loop().remove_writer(self._channel)

    def _flush(self) -> None:
        try:
            while self._rest:
                del self._rest[: self._channel.send(self._rest)]
        except BlockingIOError:
            pass
        except OSError:
            self._rest.clear()

    def _go_on(self) -> None:
        self._flush()
        if not self._rest:
            asyncio.get_running_loop().remove_writer(self._channel)
