"""The writer's lock: one writer at a time, and never a lock that outlives its writer.

The operating system holds the lock with the open file and lets go of it when the process ends,
however it ends. The file itself stays and says who holds it; it is never deleted, because a
second one of the same name would be a second lock. How a system locks an open file is
portalocker's business, which is imported by writers only. filelock lost: it opens the file itself,
and where a system has no such locks it makes do with a file that a killed process leaves behind.
"""

from __future__ import annotations

import contextlib
import os
import weakref
from typing import Any

from searchengine.errors import IndexWriteError


class WriterLock:
    """A lock as Whoosh uses it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle = -1

    def acquire(self) -> bool:
        """Take the lock, at once or not at all; return whether it was taken.

        Raises :class:`IndexWriteError` where the system, or the file system, has no locks.
        """
        portalocker = _portalocker(self._path)
        flags = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            portalocker.lock(handle, flags)
        except portalocker.AlreadyLocked:
            os.close(handle)
            return False
        except portalocker.LockException as error:
            os.close(handle)
            raise _cannot_lock(self._path, error.args[0] if error.args else error) from error
        self._handle = handle
        if not self.held():
            self.release()
            return False
        _held.add(self)
        # Only a note for messages: a full disk must not keep anybody from the lock.
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
            os.write(handle, f"{os.getpid()}\n".encode())
        return True

    @property
    def mine(self) -> bool:
        """Whether this process took the lock, and not one that it was forked from."""
        return self._handle >= 0

    def held(self) -> bool:
        """Return whether this process holds the lock, by the file that others would lock."""
        try:
            return self.mine and os.path.samestat(os.fstat(self._handle), os.stat(self._path))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go of the lock, if it is held."""
        # Not LOCK_UN: that would also end the lock of a process that this one was forked from.
        handle, self._handle = self._handle, -1
        _held.discard(self)
        if handle >= 0:
            os.close(handle)

    close = release

    def __del__(self) -> None:
        self.release()


_held: weakref.WeakSet[WriterLock] = weakref.WeakSet()


def _forget_in_child() -> None:
    """A forked child must not keep the lock alive when its parent has ended."""
    for lock in list(_held):
        lock.release()


if hasattr(os, "register_at_fork"):  # Windows does not fork.
    os.register_at_fork(after_in_child=_forget_in_child)


def _portalocker(path: str) -> Any:
    try:
        import portalocker  # Reading needs no lock.
    except ImportError as error:
        raise _cannot_lock(path, error) from error
    return portalocker


def _cannot_lock(path: str, reason: object) -> IndexWriteError:
    told = getattr(reason, "strerror", None) or reason
    return IndexWriteError(
        f"cannot lock {path} ({' '.join(str(told).split())}): "
        "write on a system that has file locks, to a disk of its own"
    )


def holder_of(path: str) -> int | None:
    """Return the process id of who holds, or last held, the lock at ``path``; None if unknown."""
    with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as file:
        return int(file.read())
    return None
