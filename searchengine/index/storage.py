"""Where an index lives on disk: making, finding and opening it, with errors a person can act on.

The only module that decides about directories and files. What the files hold is Whoosh's and
the writer's business.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import struct
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import EmptyIndexError, FileIndex
from whoosh.index import IndexError as WhooshIndexError

from searchengine.errors import IndexDamagedError, IndexNotFoundError, InputError
from searchengine.index.schema import FORMAT_VERSION, make_schema

#: Says that a directory is ours, and in which format; written once, when the index is made.
STAMP = "searchengine.json"
#: Files that may already lie in a directory that becomes an index.
_HARMLESS = {"README.md", "README", "README.txt"}


class _Storage(FileStorage):  # type: ignore[misc]
    """Whoosh's directory, whose files are mapped: readers hold no descriptor open, and keep what
    they read when a commit deletes its name."""

    def open_file(self, name: str, **_: Any) -> Any:
        with open(self._fpath(name), "rb") as file:
            if os.fstat(file.fileno()).st_size:
                return BufferFile(
                    memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), name=name
                )
        return BufferFile(memoryview(b""), name=name)


def create_index(directory: Path) -> FileIndex:
    """Make an empty index in ``directory``, which may be missing or empty; return it.

    Raises :class:`InputError` if the directory holds other files or cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        others = [
            entry.name
            for entry in os.scandir(directory)
            if entry.name not in _HARMLESS and not entry.name.startswith(".")
        ]
        if others:
            raise InputError(
                f"{directory} is not an index and is not empty (it holds {others[0]}): "
                "name another directory with --index DIR"
            )
        stamp = json.dumps({"format": FORMAT_VERSION}) + "\n"
        index = FileIndex.create(_Storage(str(directory)), make_schema())
        (directory / STAMP).write_text(stamp, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"cannot make an index in {directory} ({error.strerror}): "
            "name a directory that can be written with --index DIR"
        ) from error
    return index


def index_exists(directory: Path) -> bool:
    """Return whether ``directory`` holds an index of ours."""
    return (directory / STAMP).is_file()


def open_index(directory: Path) -> FileIndex:
    """Open the index in ``directory``.

    Raises :class:`IndexNotFoundError` where there is none, :class:`IndexDamagedError` where one
    cannot be read.
    """
    if not index_exists(directory):
        raise IndexNotFoundError(_no_index(directory))
    _check_stamp(directory)
    try:
        return FileIndex(_Storage(str(directory)))
    except EmptyIndexError as error:
        raise IndexDamagedError(
            f"the table of contents of the index in {directory} is missing: "
            "index the pages again into a new directory"
        ) from error
    except (
        OSError,
        EOFError,
        TypeError,
        ValueError,
        KeyError,
        AttributeError,
        ImportError,
        IndexError,
        struct.error,
        pickle.UnpicklingError,
        WhooshIndexError,
    ) as error:
        raise IndexDamagedError(
            f"the table of contents of the index in {directory} cannot be read ({error}): "
            "index the pages again into a new directory"
        ) from error


def _no_index(directory: Path) -> str:
    if directory.exists() and not directory.is_dir():
        return f"{directory} is a file, not an index directory: name one with --index DIR"
    if directory.is_dir() and any(entry.name not in _HARMLESS for entry in directory.iterdir()):
        return f"{directory} is not an index: name one with --index DIR, or index into a new one"
    return f"no index in {directory}: run 'searchengine index PATH' first, or name one with --index"


def _check_stamp(directory: Path) -> None:
    path = directory / STAMP
    try:
        stamp: Any = json.loads(path.read_text(encoding="utf-8"))
        version = stamp["format"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamagedError(
            f"{path} cannot be read: restore it, or index the pages again into a new directory"
        ) from error
    if version != FORMAT_VERSION:
        raise IndexDamagedError(
            f"the index in {directory} has format {version}, this program reads format "
            f"{FORMAT_VERSION}: index the pages again into a new directory"
        )
