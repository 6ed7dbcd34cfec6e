"""Copying one commit of an index to another folder, whoever reads and writes meanwhile.

The commit's files are opened first, as a reader would, so that no later commit can take them away;
no file that a commit names is ever changed, so most of them need only one more name. The copy is
made in a hidden folder beside its place, synced, checked, and put there at once: whatever happens
before, there is nothing in its place.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from whoosh.index import _DEF_INDEX_NAME as NAME

from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.manifest import manifest_name
from searchengine.backends.embedded.index.commit.storage import LOCK_FILE, STAMP_FILE, Index
from searchengine.backends.embedded.index.verify import file_faults
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexWriteError,
    InputError,
)

#: How the name of the hidden folder ends in which a copy is made.
_MAKING = ".searchengine-backup"


@dataclass(frozen=True, slots=True)
class Backup:
    """What was copied: ``generation`` is the number of the commit, ``bytes`` those of its files.

    ``linked`` says whether its files are hard links, which take no space of their own.
    """

    generation: int
    documents: int
    files: int
    bytes: int
    linked: bool


def backup_index(index: Index, path: Path, *, beside: Sequence[str] = ()) -> Backup:
    """Copy the last commit of ``index`` to the folder ``path``, which is missing or empty.

    Files named in ``beside`` that lie in the index's folder go along. What a killed call for the
    same ``path`` left is cleared away. Raises :class:`InputError` for a folder that cannot become
    the copy, :class:`IndexDamagedError` if the index is, :class:`IndexLockedError` while another
    call copies to ``path``, and :class:`IndexWriteError` if the disk does not let it be written.
    """
    place = os.path.realpath(path)
    head, tail = os.path.split(place)
    making = type(index.storage)(os.path.join(head, f".{tail}{_MAKING}"))
    try:
        _check_place(index, path, place)
        if os.path.islink(making.folder):
            raise InputError(f"{making.folder} is a link, where a copy would be made: remove it")
        making.create()
        lock = making.lock(LOCK_FILE)
        if not lock.acquire():
            raise IndexLockedError(
                f"another program makes a backup at {path}: wait for it, or name another folder"
            )
        with contextlib.closing(lock):
            return _copied(index, making, place, beside)
    except OSError as error:
        raise IndexWriteError(
            f"cannot make a backup at {path} ({error.strerror or error}): see that there is space "
            "and the right to write, or name a folder elsewhere"
        ) from error


def _check_place(index: Index, path: Path, place: str) -> None:
    """Raise :class:`InputError` unless the copy may become ``place``, where ``path`` leads."""
    within = os.path.realpath(index.storage.folder)
    if os.path.commonpath([within, place]) == within:
        raise InputError(f"{path} lies in the index itself: name a folder elsewhere")
    found = next(iter(os.listdir(place)), "") if os.path.isdir(place) else ""
    if found or (os.path.exists(place) and not os.path.isdir(place)):
        holds = f"is not empty (it holds {found})" if found else "is a file"
        raise InputError(f"{path} {holds}: name a folder that is empty or does not exist")


def _copied(index: Index, making: Directory, place: str, beside: Sequence[str]) -> Backup:
    """Copy the last commit into ``making``, whose lock is held, and put that at ``place``."""
    try:
        for left in making.list():
            if left != LOCK_FILE:
                making.delete_file(left)
        with contextlib.ExitStack() as stack:
            toc, files = index.steadily(lambda: _opened(index, beside, stack))
            linked = _take(index, making, files, manifest_name(toc.generation))
        faults = file_faults(Index(making))
        if faults:
            raise IndexDamagedError(
                f"the copy was not sound and is gone again ({faults[0]}): "
                "'searchengine verify' says whether the index itself is"
            )
        done = Backup(
            generation=toc.generation,
            documents=sum(segment.doc_count() for segment in toc.segments),
            files=len(files),
            bytes=sum(making.size(name) for name in files),
            linked=linked,
        )
        making.move(place)
        return done
    except BaseException:
        making.abandon()
        if making.folder != place:
            making.destroy()
        raise


def _opened(
    index: Index, beside: Sequence[str], stack: contextlib.ExitStack
) -> tuple[Any, dict[str, BinaryIO]]:
    """Return what the last commit consists of and all its files, open until ``stack`` is closed.

    Raises FileNotFoundError if a commit took one away before it was opened.
    """
    stack.close()
    toc = index.read_toc()
    names = [name for segment in toc.segments for name in segment.files]
    names += [manifest_name(toc.generation), STAMP_FILE]
    files: dict[str, BinaryIO] = {
        name: stack.enter_context(open(index.storage.path(name), "rb"))  # noqa: SIM115
        for name in names
    }
    for name in beside:
        with contextlib.suppress(FileNotFoundError):
            files[name] = stack.enter_context(open(index.storage.path(name), "rb"))  # noqa: SIM115
    return toc, files


def _take(index: Index, making: Directory, files: Mapping[str, BinaryIO], manifest: str) -> bool:
    """Have all ``files`` in ``making``, on the disk; return whether the commit's are links.

    The manifest comes when all that it names is there, the file that makes a folder an index last.
    """
    last = (manifest, STAMP_FILE)
    linked = True
    for names in ([name for name in files if name not in last], last):
        for name in names:
            of_commit = name == manifest or name.startswith(f"{NAME}_")
            path = index.storage.path(name) if of_commit else ""
            linked &= making.take_file(name, files[name], linked=path) or not of_commit
        making.sync(names)
    return linked
