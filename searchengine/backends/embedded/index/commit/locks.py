"""The writer's lock: one writer at a time, and never a lock that outlives its writer.

The operating system holds the lock with the open file and lets go of it when the process ends,
however it ends. The file itself stays and says who holds it; it is never deleted, because a
second one of the same name would be a second lock.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import weakref

_REFUSED = (errno.EAGAIN, errno.EACCES)


class WriterLock:
    """A lock as Whoosh uses it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle = -1

    def acquire(self, blocking: bool = False) -> bool:
        """Take the lock, at once or not at all; return whether it was taken."""
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if blocking else fcntl.LOCK_NB))
        except OSError as error:
            os.close(handle)
            if error.errno in _REFUSED:
                return False
            raise
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


os.register_at_fork(after_in_child=_forget_in_child)


def holder_of(path: str) -> int | None:
    """Return the process id of who holds, or last held, the lock at ``path``; None if unknown."""
    with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as file:
        return int(file.read())
    return None
