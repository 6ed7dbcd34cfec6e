"""Handing connections out: each goes to the worker that has the fewest.

Left to themselves, processes that listen on one socket take connections as they happen to wake,
and one may end up with all. A connection stays open here until its worker says that it has it, so
one that a dying worker never took goes to another.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Hashable

from searchengine.server.processes.channel import ENDED, TAKEN

#: Connections that may be on their way to a worker at once; the others wait in the system.
ON_THE_WAY = 64
#: Taking connections is tried again so many seconds after the system had none to give.
PAUSE_SECONDS = 0.5


class _Member:
    """A worker that takes connections."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        #: How many connections it has, those on their way included.
        self.open = 0
        #: Those that it has not said to have taken, in the order in which they were sent.
        self.untaken: deque[socket.socket] = deque()


class Dispatcher:
    """Takes what connects to ``listener``, for as long as there is a worker to take it."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        #: The one that was given a connection last is the last, so equals take turns.
        self._members: dict[Hashable, _Member] = {}
        self._homeless: deque[socket.socket] = deque()
        self._listening = False
        self._closed = False

    def __len__(self) -> int:
        """How many workers take connections."""
        return len(self._members)

    def add(self, name: Hashable, channel: socket.socket) -> None:
        """Hand connections to one more worker, over ``channel``."""
        self._members[name] = _Member(channel)
        asyncio.get_running_loop().add_reader(channel, self._told, name)
        self._go_on()

    def remove(self, name: Hashable) -> None:
        """Forget a worker that has ended; what it had not taken goes to others."""
        self._part_from(name)
        self._go_on()

    def close(self) -> None:
        """Hand out everything that has connected, and listen no more."""
        self._listen(False)
        while (connection := self._accepted()) is not None:
            self._homeless.append(connection)
        self._closed = True
        self._listener.close()
        self._go_on()

    def _go_on(self) -> None:
        """Hand out what waits, and listen if there is room for more."""
        while self._homeless and self._hand_out(self._homeless[0]):
            self._homeless.popleft()
        if self._closed:
            while self._homeless:
                self._homeless.popleft().close()
        else:
            self._listen(not self._homeless and self._chosen() is not None)

    def _hand_out(self, connection: socket.socket) -> bool:
        """Give a connection to a worker; return whether there was one."""
        while (name := self._chosen()) is not None:
            member = self._members[name]
            try:
                socket.send_fds(member.channel, [b"c"], [connection.fileno()])
            except BlockingIOError:
                # Fuller than it should be; what it says when it takes one sets us going again.
                return False
            except OSError:
                self._part_from(name)
                continue
            self._members[name] = self._members.pop(name)
            member.untaken.append(connection)
            member.open += 1
            return True
        return False

    def _chosen(self) -> Hashable | None:
        """The worker with the fewest connections, None if none can take one."""
        able = [
            (member.open, place, name)
            for place, (name, member) in enumerate(self._members.items())
            if self._closed or len(member.untaken) < ON_THE_WAY
        ]
        return min(able)[2] if able else None

    def _told(self, name: Hashable) -> None:
        member = self._members[name]
        if not self._read(member):
            asyncio.get_running_loop().remove_reader(member.channel)
        self._go_on()

    def _read(self, member: _Member) -> bool:
        """Read what a worker says of its connections; return whether it may say more."""
        try:
            while data := member.channel.recv(4096):
                for byte in data:
                    if byte == TAKEN[0]:
                        member.untaken.popleft().close()
                    elif byte == ENDED[0]:
                        member.open -= 1
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def _part_from(self, name: Hashable) -> None:
        member = self._members.pop(name, None)
        if member is not None:
            self._read(member)
            asyncio.get_running_loop().remove_reader(member.channel)
            self._homeless.extend(member.untaken)

    def _listen(self, wanted: bool) -> None:
        if wanted == self._listening:
            return
        loop = asyncio.get_running_loop()
        self._listening = wanted
        if wanted:
            loop.add_reader(self._listener, self._connected)
        else:
            loop.remove_reader(self._listener)

    def _connected(self) -> None:
        while self._listening and (connection := self._accepted()) is not None:
            if not self._hand_out(connection):
                self._homeless.append(connection)
            if self._homeless or self._chosen() is None:
                self._listen(False)

    def _accepted(self) -> socket.socket | None:
        """The next connection, None if there is none now."""
        try:
            return self._listener.accept()[0]
        except (BlockingIOError, ConnectionAbortedError, InterruptedError):
            return None
        except OSError:
            # No descriptor or no memory is free: they wait in the system for some that is.
            if not self._closed and self._listening:
                self._listen(False)
                asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._resume)
            return None

    def _resume(self) -> None:
        if not self._closed:
            self._go_on()
