"""The directory of an index: the only place that creates, syncs, renames and deletes files.

A :class:`Directory` is Whoosh's storage with three things more: files are mapped for reading, so
that a reader keeps what it opened when a commit deletes the name; a commit's manifest is sealed
with a checksum and put in place so that it is either the old one or the new one after any crash;
and every step that changes the disk passes through :meth:`Directory.step`, where a test can let
it fail. What the files mean is the business of ``storage`` and ``codec``.
"""

from __future__ import annotations

import contextlib
import errno
import io
import mmap
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, cast

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

from searchengine.backends.embedded.index.arrays.sections import damaged
from searchengine.backends.embedded.index.commit.locks import WriterLock
from searchengine.backends.embedded.index.plain_terms import load_plain
from searchengine.errors import IndexUnavailableError, SearchEngineError

try:
    import fcntl
except ImportError:  # As on Windows: only what macOS has in it is asked for.
    fcntl = None  # type: ignore[assignment]

Action = Literal["create", "write", "sync", "rename", "delete"]

#: Temporary files and folders begin so; the next writer deletes what a dead one left.
TEMPORARY_PREFIX = ".making-"
#: Length of what is sealed, its checksum, magic.
_SEAL = struct.Struct("<II8s")
_MAGIC = b"VNSEALED"
_PIECE = 1 << 20

#: What the system says where a program may have no more of something.
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)

_Buffered: TypeAlias = "io.BufferedWriter[Any] | io.BufferedRandom"


class Directory(FileStorage):  # type: ignore[misc]
    """One directory of files; any number of readers and one writer may use it at a time."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._writing: dict[_File, _Buffered] = {}

    def step(self, action: Action, name: str) -> None:
        """Called before every step that changes the disk; a test's directory may raise here."""

    def path(self, name: str) -> str:
        """Return the full path of a file."""
        return os.path.join(self.folder, name)

    def create(self) -> Directory:
        """Make the directory, if it is missing, for good; return it."""
        made = Path(self.folder)
        missing = [one for one in (made, *made.parents) if not one.exists()]
        self.step("create", "")
        os.makedirs(made, exist_ok=True)
        for one in missing:
            self._sync(os.path.abspath(one.parent))
        return self

    def list(self) -> list[str]:
        """Return the names of all files; raises OSError if there is no such directory."""
        return os.listdir(self.folder)

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return os.stat(self.path(name)).st_size

    def checksum(self, name: str) -> int:
        """Return the CRC-32 of a whole file."""
        checksum = 0
        with open(self.path(name), "rb") as file:
            while piece := file.read(_PIECE):
                checksum = zlib.crc32(piece, checksum)
        return checksum

    def map(self, name: str) -> mmap.mmap | bytes:
        """Map a file for reading; it stays readable when its name is deleted."""
        with open(self.path(name), "rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def open_file(self, name: str, **_: Any) -> Any:
        """Map a file as Whoosh reads it; nothing in it that is pickled can run anything."""
        return _MappedFile(self.map(name), name)

    def read_sealed(self, name: str) -> bytes:
        """Return what was written by :meth:`write_sealed`.

        Raises :class:`IndexDamagedError` if its seal does not hold.
        """
        with open(self.path(name), "rb") as file:
            return _unsealed(file.read(), self.path(name))

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **_: Any) -> Any:
        """Create a file as Whoosh writes it."""
        self.step("create", name)
        raw = _File(self, name, self.path(name), mode.replace("b", ""))
        return StructFile(self._buffered(raw), name=name)

    def temporary(self) -> BinaryIO:
        """Return a new file for reading and writing that vanishes when it is closed."""
        self.step("create", TEMPORARY_PREFIX)
        handle, path = tempfile.mkstemp(dir=self.folder, prefix=TEMPORARY_PREFIX)
        os.unlink(path)
        return cast("BinaryIO", self._buffered(_File(self, TEMPORARY_PREFIX, handle, "r+")))

    def temporary_folder(self) -> str:
        """Return the path of a new folder for files of other processes."""
        self.step("create", TEMPORARY_PREFIX)
        return tempfile.mkdtemp(dir=self.folder, prefix=TEMPORARY_PREFIX)

    def temp_storage(self, name: str | None = None) -> Directory:
        """Return a directory within this one for Whoosh's own temporary files."""
        inner = type(self)(self.path(name or f"{TEMPORARY_PREFIX}whoosh"))
        inner._writing = self._writing
        self.step("create", os.path.basename(inner.folder))
        os.makedirs(inner.folder, exist_ok=True)
        return inner

    def destroy(self) -> None:
        """Remove the directory with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def sync(self, names: Iterable[str]) -> None:
        """Wait until files and their names are on the disk."""
        for name in names:
            self._sync(name)
        self._sync("")

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file in place of another at once and for good."""
        if safe and self.file_exists(newname):
            raise FileExistsError(f"{self.path(newname)} exists")
        self._sync(oldname)
        self.step("rename", newname)
        os.replace(self.path(oldname), self.path(newname))
        self._sync("")

    def take_file(self, name: str, source: BinaryIO, *, linked: str = "") -> bool:
        """Have what an open file of another directory holds under ``name``, with its time.

        Where the path ``linked`` is given and the file system can, it is the same file by one
        more name; return whether it is. Only a file that is never changed may be linked.
        """
        if linked:
            self.step("create", name)
            # Another file system, one without links, or the name is deleted by now.
            with contextlib.suppress(OSError):
                os.link(linked, self.path(name))
                return True
        with self.create_file(name) as file:
            while piece := source.read(_PIECE):
                file.write(piece)
        written = os.fstat(source.fileno()).st_mtime_ns
        os.utime(self.path(name), ns=(written, written))
        return False

    def move(self, path: str) -> None:
        """Put the whole directory at ``path``, where nothing or an empty one is, for good."""
        self.step("rename", "")
        os.rename(self.folder, path)
        self.folder: str = path
        self._sync(os.path.dirname(os.path.abspath(path)))

    def delete_file(self, name: str) -> None:
        """Delete a file, or a folder with all that is in it."""
        self.step("delete", name)
        path = self.path(name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)

    def write_whole(self, name: str, content: bytes) -> None:
        """Write a small file at once and for good."""
        partial = f"{TEMPORARY_PREFIX}{name}"
        with self.create_file(partial) as file:
            file.write(content)
        self.rename_file(partial, name)

    def write_sealed(self, name: str, content: bytes) -> None:
        """Write a new file that nobody must take for whole unless it is, at once and for good."""
        partial = f"{TEMPORARY_PREFIX}{name}"
        with self.create_file(partial) as file:
            file.write(content)
            file.write(_SEAL.pack(len(content), zlib.crc32(content), _MAGIC))
        self.rename_file(partial, name, safe=True)

    def abandon(self) -> None:
        """Close every file that is still being written; what it has not written yet is dropped.

        Never fails, even where closing the proper way would: on a full disk, say.
        """
        for raw in list(self._writing):
            with contextlib.suppress(OSError):
                raw.close()

    def lock(self, name: str) -> WriterLock:
        """Return the lock of this name, not yet taken."""
        return WriterLock(self._fpath(name))

    def _buffered(self, raw: _File) -> _Buffered:
        file: _Buffered = io.BufferedRandom(raw) if raw.readable() else io.BufferedWriter(raw)
        self._writing[raw] = file
        return file

    def _sync(self, name: str) -> None:
        """Sync a file, or the directory itself if ``name`` is empty."""
        self.step("sync", name)
        handle = os.open(self.path(name), os.O_RDONLY)
        try:
            _flush(handle)
        finally:
            os.close(handle)


class _MappedFile(BufferFile):  # type: ignore[misc]
    """Whoosh's file in memory, without the copy of the whole that Whoosh would make.

    ``buffer`` are all its bytes.
    """

    def __init__(self, data: mmap.mmap | bytes, name: str) -> None:
        super().__init__(b"", name=name)
        self.buffer = self._buf = memoryview(data)
        if isinstance(data, mmap.mmap):
            self.file = data

    def read_pickle(self) -> Any:
        """Return the next pickled value; raises UnpicklingError if it is not plain data."""
        return load_plain(self.file)

    def close(self) -> None:
        """Do nothing: the map goes when nobody reads it any more."""
        self.is_closed = True


class _File(io.FileIO):
    """A file being written, each of whose writes is a step of its directory."""

    def __init__(self, directory: Directory, name: str, path: str | int, mode: str) -> None:
        self._directory = directory
        self._label = name
        super().__init__(path, mode)

    def write(self, data: Any, /) -> int:
        self._directory.step("write", self._label)
        return super().write(data)

    def close(self) -> None:
        super().close()
        self._directory._writing.pop(self, None)


def refused(error: OSError, folder: str) -> SearchEngineError:
    """Return the error for what the system did not let be read of the index in ``folder``."""
    if error.errno in _FULL:
        return IndexUnavailableError(
            f"cannot open the index in {folder} ({error.strerror}): let this program have more "
            "open files and maps (ulimit -n, vm.max_map_count), or open fewer indexes in it"
        )
    reason = f"it cannot be read: {error.strerror or error}"
    return damaged(str(error.filename or folder), reason)


def _flush(handle: int) -> None:
    """Wait until what was written to an open file is on the disk, and not only in its cache."""
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:
        # Not every file system of macOS has it.
        with contextlib.suppress(OSError):
            fcntl.fcntl(handle, full)
            return
    os.fsync(handle)


def _unsealed(data: bytes, name: str) -> bytes:
    """Return what was sealed; raises :class:`IndexDamagedError` if it is not that any more."""
    content = data[: -_SEAL.size]
    reason = ""
    if len(data) < _SEAL.size:
        reason = "it is empty" if not len(data) else "it is cut short"
    elif _SEAL.pack(len(content), zlib.crc32(content), _MAGIC) != data[-_SEAL.size :]:
        reason = "its checksum does not fit"
    if reason:
        raise damaged(f"the manifest {name}", reason)
    return content
