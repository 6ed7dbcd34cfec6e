"""The container of a segment's arrays: named sections of one file, each with its checksum.

A file is a short head, the sections one after the other (aligned, so that they can be mapped as
arrays in place), a directory in JSON and a tail that says where the directory lies. Opening
reads the tail and the directory only. What the sections mean is :mod:`streams`' business; where
the bytes live (file, memory map, part of a larger file) is the storage's.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import pickle
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import IndexDamagedError

#: Raised by one whenever older code can no longer read a newer file, or the other way round.
FORMAT_VERSION = 1

_MAGIC = b"VNARRAYS"
_HEAD = struct.Struct("<8sI4x")
#: Offset of the directory, its length, its checksum, format version, magic.
_TAIL = struct.Struct("<QIII4x8s")
#: What a section may be of.
DTYPES = frozenset(("|u1", "|i1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"))
#: What reading a file may raise that is not what its writer made.
UNREADABLE = (
    pickle.UnpicklingError, struct.error, zlib.error, ValueError, TypeError, KeyError, IndexError,
    AttributeError, EOFError, AssertionError, OverflowError, MemoryError, RecursionError,
)  # fmt: skip
#: Sections begin at multiples of this, so that any dtype is aligned and caches are used well.
_ALIGNMENT = 64


class Sink(Protocol):
    """Anything that bytes can be written to, one piece after the other."""

    def write(self, data: Any, /) -> Any:
        """Append ``data``, any object with contiguous bytes."""


class SectionWriter:
    """Writes sections in the order they come; holds nothing back but the directory."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._at = 0
        self._directory: dict[str, tuple[str, int, int, int]] = {}
        self._put(_HEAD.pack(_MAGIC, FORMAT_VERSION))

    def add(self, name: str, pieces: NDArray[Any] | Iterable[NDArray[Any]]) -> None:
        """Write a section: one array, or pieces of one array, all of the same dtype."""
        if isinstance(pieces, np.ndarray):
            pieces = (pieces,)
        if name in self._directory:
            raise ValueError(f"section {name} written twice")
        self._put(bytes(-self._at % _ALIGNMENT))
        start, checksum, dtype = self._at, 0, "|u1"
        for piece in pieces:
            dtype = piece.dtype.newbyteorder("<").str
            data = np.ascontiguousarray(piece, dtype).data.cast("B") if piece.size else b""
            checksum = zlib.crc32(data, checksum)
            self._put(data)
        self._directory[name] = (dtype, start, self._at - start, checksum)

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the directory, with ``facts`` (JSON values) about the whole; closes nothing."""
        directory = json.dumps({"facts": dict(facts), "sections": self._directory}).encode()
        at = self._at
        self._put(directory)
        checksum = zlib.crc32(directory)
        self._put(_TAIL.pack(at, len(directory), checksum, FORMAT_VERSION, _MAGIC))

    def _put(self, data: bytes | memoryview) -> None:
        self._sink.write(data)
        self._at += len(data)


class SectionReader:
    """The sections of one file as arrays that share its memory; nothing is read ahead of use."""

    def __init__(self, data: Any, name: str) -> None:
        """Open ``data`` (bytes, memory map or memoryview), called ``name`` in error messages.

        Raises :class:`IndexDamagedError` if it is cut short, altered or of another version.
        """
        self.name = name
        self._data = memoryview(data).cast("B")
        try:
            at, length, checksum, version, magic = _TAIL.unpack(self._data[-_TAIL.size :])
            if magic != _MAGIC or _HEAD.unpack(self._data[: _HEAD.size])[0] != _MAGIC:
                raise ValueError("its ends are not those of a whole file")
            if version != FORMAT_VERSION:
                raise ValueError(f"format {version} where this version reads {FORMAT_VERSION}")
            if at + length + _TAIL.size != len(self._data):
                raise ValueError("its length is not the one written")
            directory = bytes(self._data[at : at + length])
            if zlib.crc32(directory) != checksum:
                raise ValueError("its directory is altered")
        except (ValueError, struct.error) as error:
            raise damaged(name, error) from error
        with reading(name):
            content = json.loads(directory)
            #: What :meth:`SectionWriter.finish` was given.
            self.facts: dict[str, Any] = dict(content["facts"])
            self._sections: dict[str, tuple[str, int, int, int]] = dict(content["sections"])

    def check_whole(self) -> None:
        """Look whether the file is as long as when it was opened: see :func:`check_whole`."""
        check_whole(self._data, self.name)

    def __contains__(self, name: str) -> bool:
        return name in self._sections

    def array(self, name: str) -> NDArray[Any]:
        """Return a section as a one-dimensional, read-only array of the dtype it was written in.

        Raises :class:`IndexDamagedError` where there is none that can be.
        """
        try:
            dtype, start, length, _ = self._sections[name]
            if dtype not in DTYPES or not 0 <= start <= start + length <= len(self._data):
                raise ValueError("it cannot be an array")
            return np.frombuffer(self._data[start : start + length], dtype)
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(self.name, f"section {name}: {error}") from error

    def checked_array(self, name: str) -> NDArray[Any]:
        """Return a section, read and compared with its checksum.

        Raises :class:`IndexDamagedError` if it is altered.
        """
        found = self.array(name)
        if zlib.crc32(found.data) != self._sections[name][3]:
            raise damaged(self.name, f"section {name} is altered")
        return found

    def names(self) -> list[str]:
        """Return the names of all sections, in file order."""
        return list(self._sections)

    def verify(self) -> None:
        """Read every byte; raises :class:`IndexDamagedError` naming the first altered section."""
        end = _HEAD.size
        for name in self._sections:
            self.checked_array(name)
            _, start, length, _ = self._sections[name]
            if any(self._data[end:start]):
                raise damaged(self.name, f"bytes before section {name} are altered")
            end = start + length
        if _HEAD.pack(_MAGIC, FORMAT_VERSION) != self._data[: _HEAD.size]:
            raise damaged(self.name, "its head is altered")
        if self._data[-12:-8] != bytes(4):
            raise damaged(self.name, "its tail is altered")


def check_whole(data: memoryview, name: str) -> None:
    """Raise :class:`IndexDamagedError` if a mapped file has been cut short since it was mapped.

    Reading behind its end would end the process (SIGBUS). Costs asking the system for its size.
    """
    held = data.obj
    if isinstance(held, mmap.mmap) and held.size() < len(held):
        raise damaged(name, "it has been cut short since it was opened")


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Tell what comes in the block of a file that is not what its writer made as its damage.

    Want of memory is none: it may be the machine's.
    """
    try:
        yield
    except MemoryError:
        raise
    except UNREADABLE as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise damaged(name, why) from error


def damaged(name: str, reason: object) -> IndexDamagedError:
    """Return the error for a file that cannot be read, with the remedy."""
    return IndexDamagedError(
        f"{name} is damaged ({reason}): restore it from a copy, "
        "or delete the index directory and index the pages again"
    )
