"""What writers share: their commit, and what they say when another is at work or the disk refuses.

What they write is their own business.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from searchengine.backends.embedded.index.commit.locks import WriterLock, holder_of
from searchengine.backends.embedded.index.commit.storage import Index
from searchengine.errors import IndexLockedError, IndexWriteError


@contextlib.contextmanager
def disk_errors_told(directory: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise IndexWriteError(
            f"cannot write to {directory} ({error.strerror or error}): "
            "the last commit is as it was; make room or give access, then try again"
        ) from error


def locked_error(path: str, directory: Path) -> IndexLockedError:
    """Return the error for an index whose lock, the file ``path``, another writer has."""
    holder = holder_of(path)
    if holder == os.getpid():
        return IndexLockedError(
            f"this program already has a writer open on {directory}: try again when it is closed"
        )
    who = f"another program (process {holder})" if holder else "another program"
    return IndexLockedError(f"{who} is writing to {directory}: try again when it has finished")


def check_lock(lock: WriterLock, folder: str) -> None:
    """Raise :class:`IndexWriteError` if another writer may be at work beside who has ``lock``."""
    if not lock.held():
        raise IndexWriteError(
            f"this writer of {folder} has lost its lock, by a fork or because somebody deleted "
            "the lock's file: open another one and add the documents again"
        )


def make_commit(index: Index, toc: Any) -> None:
    """Make a commit whose files are all on the disk, then delete what it does not need.

    Raises :class:`IndexWriteError` where it is made but the disk does not confirm it.
    """
    try:
        index.write_toc(toc)
    except OSError as error:
        if not index.has_commit(toc.generation):
            raise
        raise IndexWriteError(
            f"the commit to {index.storage.folder} is made, but the disk does not confirm it "
            f"({error.strerror or error}): check the disk, then commit again"
        ) from error
    index.clean(toc.generation, toc.segments)
