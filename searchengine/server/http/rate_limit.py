"""How often each client may ask, counted by all processes of a server in one small table.

A place in the table belongs to the clients that a keyed hash gives it, and says when their
requests will have been paid off at the rate allowed: the generic cell rate algorithm of traffic
shaping. So memory stays the same however many clients there are, and nothing has to be forgotten.
"""

from __future__ import annotations

import contextlib
import ipaddress
import mmap
import os
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b

#: With so many places, two of a thousand clients at once share one by a chance of 1 in 65 each.
PLACES = 65_536
_KEY_BYTES = 16
_TIME = struct.Struct("d")
#: A network that one client may have: it can choose any address in it.
_IPV6_NETWORK = 64


def new_table() -> int:
    """Return the number of a new file, in memory where the system has such: all counts are in it.

    It begins with a secret of its own, so that nobody can choose an address for its place.
    """
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("clients")
    else:
        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    os.write(number, os.urandom(_KEY_BYTES))
    os.ftruncate(number, _KEY_BYTES + PLACES * _TIME.size)
    return number


class RateLimit:
    """Lets each client ask ``per_minute`` times a minute, which it may do at once.

    ``number`` is that of a :func:`new_table`, which other processes may use as well.
    """

    def __init__(
        self, per_minute: int, number: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._between = 60 / per_minute
        self._number = number
        #: That of the whole system, so that each process reads the same.
        self._clock = clock
        self._map = mmap.mmap(number, _KEY_BYTES + PLACES * _TIME.size)
        self._key = self._map[:_KEY_BYTES]

    def wait_for(self, client: str) -> float:
        """Return 0 if a client may ask now, which is counted, else after how many seconds."""
        place = _KEY_BYTES + self._place(client) * _TIME.size
        with self._locked():
            now = self._clock()
            paid = max(now, _TIME.unpack_from(self._map, place)[0])
            wait = paid + self._between - now - 60
            if wait > 0:
                return float(wait)
            _TIME.pack_into(self._map, place, paid + self._between)
        return 0.0

    def _place(self, client: str) -> int:
        digest = blake2b(_network(client), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest, "big") % PLACES

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Nobody else looks meanwhile: a process that ends lets go of the lock."""
        if sys.platform == "win32":  # There one process answers, and in one thread.
            yield
            return
        import fcntl

        fcntl.lockf(self._number, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._number, fcntl.LOCK_UN)


def _network(client: str) -> bytes:
    """What stands for a client: its IPv4 address, or the network of its IPv6 address."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client.encode("utf-8", "replace")
    if isinstance(address, ipaddress.IPv4Address):
        return address.packed
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped.packed
    return address.packed[: _IPV6_NETWORK // 8]
