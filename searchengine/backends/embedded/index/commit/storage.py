"""An index in a directory: making, finding and opening it, with errors a person can act on.

Says which files belong to an index and which are leftovers, and reads the last commit's manifest,
also while a writer puts a new one in place. Bytes and files are the business of ``directory``, what
a manifest says that of ``manifest``; what Whoosh's files hold is Whoosh's and the writer's.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from whoosh.index import _DEF_INDEX_NAME as NAME
from whoosh.index import FileIndex

from searchengine.backends.embedded.index.arrays.sections import damaged
from searchengine.backends.embedded.index.commit.directory import (
    TEMPORARY_PREFIX,
    Directory,
    refused,
)
from searchengine.backends.embedded.index.commit.manifest import (
    EXTENSION,
    VECTORS_EXTENSION,
    contents,
    manifest_name,
    pack_manifest,
    unpack_manifest,
)
from searchengine.backends.embedded.index.schema import (
    FIRST_MANIFESTS,
    FORMAT_VERSION,
    LAST_PICKLES,
    STAMP,
    make_schema,
)
from searchengine.backends.fields import DEFAULT_SETTINGS, IndexSettings
from searchengine.errors import (
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    InputError,
    SearchEngineError,
)

#: Says that a directory is ours, and how it was made; written once, when the index is made.
STAMP_FILE = "searchengine.json"
#: The file that a writer locks; as Whoosh names it.
LOCK_FILE = f"{NAME}_WRITELOCK"
#: Formats that are not read any more but that ``upgrade`` makes into ours.
UPGRADED_FORMATS = (LAST_PICKLES, *range(FIRST_MANIFESTS, FORMAT_VERSION))
#: Files that may already lie in a directory that becomes an index.
_HARMLESS = {"README.md", "README", "README.txt"}
#: Opening begins anew so often at most; each time a commit must have come in between.
TRIES = 1000
_MANIFEST = re.compile(rf"_{NAME}_([0-9]+){re.escape(EXTENSION)}")
_SEGMENT_FILE = re.compile(rf"({NAME}_[0-9a-z]+)\..+")
#: What was never put in place, Whoosh's own temporary folder, and its tables of contents, which
#: formats before 6 had.
_LEFTOVER = re.compile(rf"{re.escape(TEMPORARY_PREFIX)}.*|{NAME}\.tmp|_{NAME}_[0-9]+\.toc(?:\..+)?")

T = TypeVar("T")


class Index(FileIndex):  # type: ignore[misc]
    """Whoosh's index, whose last commit is found cheaply and read with care."""

    storage: Directory

    def __init__(self, storage: Directory) -> None:
        """Look at the index in ``storage``; raises :class:`IndexDamagedError` if it cannot be."""
        self.storage = storage
        self.indexname = NAME
        self._schema = None
        self.steadily(self.read_toc)

    def latest_generation(self) -> int:
        """Return the number of the last commit; -1 if there is no manifest."""
        # A listing may miss both the old and the new one while a commit puts them in place.
        for _ in range(3):
            found = generations(self.storage)
            if found:
                return found[-1]
        return -1

    def is_latest(self, generation: int, mark: tuple[int, int]) -> bool:
        """Return whether ``generation``, with the :meth:`mark` it had, is still the last commit.

        Costs asking for two file names: manifests are deleted oldest first, so the last one is
        there and the next one is not.
        """
        name = manifest_name(generation + 1)
        return not os.path.exists(self.storage.path(name)) and self.mark(generation) == mark

    def mark(self, generation: int) -> tuple[int, int]:
        """Return what tells a commit from another of its number, in an index made anew."""
        try:
            found = os.stat(self.storage.path(manifest_name(generation)))
        except FileNotFoundError:
            return -1, -1
        return found.st_mtime_ns, found.st_size

    def last_modified(self) -> float:
        """Return when the last commit was made, in seconds since 1970."""
        return float(self.storage.file_modified(manifest_name(self.latest_generation())))

    def writer(self, procs: int = 1, **_: Any) -> Any:
        """Return Whoosh's writer of this index, for deleting and merging.

        Documents are added by ``writer.DocumentWriter``, which knows their token streams.
        """
        from searchengine.backends.embedded.index.codec import ArrayWriter  # It opens indexes.

        return ArrayWriter(self)

    def write_toc(self, toc: Any) -> None:
        """Put a commit's manifest in place; this is the commit."""
        write_manifest(self.storage, toc)

    def has_commit(self, generation: int) -> bool:
        """Return whether the commit of this number was made and is not deleted yet."""
        return bool(self.storage.file_exists(manifest_name(generation)))

    def clean(self, generation: int, segments: Iterable[Any]) -> None:
        """Delete what neither a commit with its segments nor a writer needs: see :func:`clean`."""
        clean(self.storage, generation, segments)

    def steadily(self, read: Callable[[], T]) -> T:
        """Return what ``read`` returns; again from its start when a commit took a file from it.

        Raises :class:`IndexDamagedError` if a file is missing though no commit has come.
        """
        for _ in range(TRIES):
            before = self._last()
            try:
                return read()
            except FileNotFoundError as error:
                if self._last() == before:
                    raise damaged(str(error.filename), "it is missing") from error
            except OSError as error:
                raise refused(error, self.storage.folder) from error
        raise IndexDamagedError(
            f"the index in {self.storage.folder} changes faster than it can be opened: try again"
        )

    def _last(self) -> int | None:
        """The number of the last commit; None if the directory itself is missing."""
        with contextlib.suppress(OSError):
            return self.latest_generation()
        return None

    def read_toc(self) -> Any:
        """Return what the last commit consists of; never an older one instead.

        Raises FileNotFoundError if a commit came in between, :class:`IndexDamagedError` if its
        manifest cannot be read.
        """
        generation = self.latest_generation()
        folder = self.storage.folder
        if generation < 0:
            raise damaged(f"the manifest of the index in {folder}", "it is missing")
        try:
            return read_toc(self.storage, generation)
        except IndexDamagedError as error:
            older = [one for one in generations(self.storage)[:-1] if self._is_whole(one)]
            if not older:
                raise
            raise IndexDamagedError(
                f"{error} (an older state of the index, {manifest_name(older[-1])}, is whole: "
                f"moving {manifest_name(generation)} elsewhere goes back to it)"
            ) from error

    _read_toc = read_toc

    def _is_whole(self, generation: int) -> bool:
        try:
            segments = read_toc(self.storage, generation).segments
            for segment in segments:
                check_sizes(self.storage, segment)
        except (OSError, SearchEngineError):
            return False
        return True


def generations(storage: Directory) -> list[int]:
    """Return the numbers of the commits whose manifests lie in a directory, ascending."""
    names = [name for name in storage.list() if name.endswith(EXTENSION)]
    return sorted(int(found[1]) for found in map(_MANIFEST.fullmatch, names) if found)


def read_toc(storage: Directory, generation: int) -> Any:
    """Return what a commit consists of, as Whoosh's table of contents.

    Raises FileNotFoundError if there is none, :class:`IndexDamagedError` if its manifest cannot
    be read or is that of a program which cuts words otherwise.
    """
    toc, stamp = read_manifest(storage, generation)
    _check_agrees(Path(storage.folder), stamp, STAMP)
    return toc


def read_manifest(
    storage: Directory, generation: int, oldest: int = FORMAT_VERSION
) -> tuple[Any, dict[str, Any]]:
    """Return what a commit consists of, and the stamp of the program that made it.

    Manifests of formats from ``oldest`` on are read. Raises as :func:`read_toc` does, but never
    for the stamp.
    """
    name = manifest_name(generation)
    content = storage.read_sealed(name)
    try:
        toc, stamp = unpack_manifest(content, oldest)
        if toc.generation != generation:
            raise ValueError(f"it is of commit {toc.generation}")
    except ValueError as error:
        raise damaged(f"the manifest {storage.path(name)}", error) from error
    return toc, stamp


def write_manifest(storage: Directory, toc: Any) -> None:
    """Put a commit's manifest in place; raises FileExistsError if there is one."""
    storage.write_sealed(manifest_name(toc.generation), pack_manifest(toc))


def check_sizes(storage: Directory, segment: Any) -> None:
    """Check that the files of a segment have the sizes they were written in.

    Raises FileNotFoundError or :class:`IndexDamagedError`.
    """
    for name, (size, _) in segment.files.items():
        check_size(storage, name, size)


def check_size(storage: Directory, name: str, size: int) -> None:
    """Check that a file has ``size`` bytes; raises as :func:`check_sizes` does."""
    found = storage.size(name)
    if found != size:
        raise damaged(storage.path(name), f"it has {found} bytes and not {size}")


def clean(
    storage: Directory, generation: int, segments: Iterable[Any], kept: Collection[str] = ()
) -> None:
    """Delete what neither the commit ``generation`` with its ``segments`` nor a writer needs.

    Files named in ``kept`` stay. Only the holder of the writer's lock may do so, before it writes
    anything or after its commit. What cannot be deleted is left for the next time.
    """
    segments = list(segments)
    live = {segment.segment_id() for segment in segments}
    named = {name for segment in segments for name in segment.files}
    with contextlib.suppress(OSError):
        # Oldest first, and no further than deleting succeeds: see Index.is_latest.
        for older in generations(storage):
            if older < generation:
                storage.delete_file(manifest_name(older))
        for name in storage.list():
            segment = _SEGMENT_FILE.fullmatch(name)
            of_none = segment is not None and (
                segment[1] not in live or (name.endswith(VECTORS_EXTENSION) and name not in named)
            )
            if name not in kept and (of_none or _LEFTOVER.fullmatch(name)):
                with contextlib.suppress(OSError):
                    storage.delete_file(name)


def create_index(
    directory: Path,
    storage: type[Directory] = Directory,
    settings: IndexSettings = DEFAULT_SETTINGS,
) -> Index:
    """Make an empty index in ``directory``, which may be missing or empty; return it.

    Raises :class:`InputError` if the directory holds other files or cannot be written.
    """
    try:
        files = storage(str(directory)).create()
        others = [name for name in os.listdir(directory) if not _is_ours_or_harmless(name)]
        if others and not index_exists(directory):  # Another program may have made it by now.
            raise InputError(
                f"{directory} is not an index and is not empty (it holds {others[0]}): "
                "name another directory with --index DIR"
            )
        lock = files.lock(LOCK_FILE)
        if not lock.acquire():
            raise IndexLockedError(
                f"another program is making an index in {directory}: try again when it has"
            )
        with contextlib.closing(lock):
            if not index_exists(directory):
                clean(files, 1, [])
                write_manifest(files, contents(make_schema(), [], 0, settings))
                files.write_whole(STAMP_FILE, stamp_of(FORMAT_VERSION))
    except OSError as error:
        raise InputError(
            f"cannot make an index in {directory} ({error.strerror or error}): "
            "name a directory that can be written with --index DIR"
        ) from error
    return Index(files)


def index_exists(directory: Path) -> bool:
    """Return whether ``directory`` holds an index of ours."""
    return (directory / STAMP_FILE).is_file()


def open_index(directory: Path, storage: type[Directory] = Directory) -> Index:
    """Open the index in ``directory``.

    Raises :class:`IndexNotFoundError` where there is none, :class:`IndexDamagedError` where one
    cannot be read.
    """
    if not index_exists(directory):
        raise IndexNotFoundError(no_index(directory))
    check_stamp(directory)
    return Index(storage(str(directory)))


def check_stamp(directory: Path) -> None:
    """Check that the index is of the format that this program reads.

    Raises :class:`IndexDamagedError` if not, or if the file that says so is altered.
    """
    found = stamped_format(directory)
    _check_agrees(directory, {"format": found}, {"format": FORMAT_VERSION})
    if (directory / STAMP_FILE).read_bytes() != stamp_of(FORMAT_VERSION):
        raise damaged(str(directory / STAMP_FILE), "it is altered")


def check_format(directory: Path, found: Any) -> None:
    """Raise :class:`IndexDamagedError` unless an index of this format can be read or upgraded."""
    if found not in UPGRADED_FORMATS:
        _check_agrees(directory, {"format": found}, {"format": FORMAT_VERSION})


def stamped_format(directory: Path) -> Any:
    """Return the format of an index by its file that says so.

    Raises :class:`IndexDamagedError` if that file is altered.
    """
    path = directory / STAMP_FILE
    try:
        written: Any = dict(json.loads(path.read_bytes()))
        checksum = written.pop("checksum", None)
        whole = checksum == _checksum(written)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise damaged(str(path), error) from error
    found = written.get("format")
    # The first formats had no checksum here.
    if not whole and (checksum is not None or found == FORMAT_VERSION):
        raise damaged(str(path), "its checksum does not fit")
    return found


def stamp_of(version: int) -> bytes:
    """Return the content of the file that says of which format an index is."""
    stamp = {"format": version}
    return json.dumps({**stamp, "checksum": _checksum(stamp)}).encode() + b"\n"


def _check_agrees(directory: Path, found: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    for name, value in ours.items():
        if found.get(name) != value:
            raise IndexDamagedError(
                f"the index in {directory} has {name} {found.get(name)}, this program reads "
                f"{name} {value}: {_remedy(directory, name, found.get(name))}"
            )


def _remedy(directory: Path, name: str, found: Any) -> str:
    if name != "format" or found in UPGRADED_FORMATS:
        return f"run 'searchengine upgrade --index {directory}'"
    again = "index the pages again into a new directory"
    newer = isinstance(found, int) and found > FORMAT_VERSION
    return f"use the newer program that made it, or {again}" if newer else again


def _checksum(stamp: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(stamp, sort_keys=True).encode())


def _is_ours_or_harmless(name: str) -> bool:
    """Whether a file may lie where an index is to be made: also what a killed making left."""
    return name in {*_HARMLESS, LOCK_FILE, manifest_name(0)} or name.startswith(".")


def no_index(directory: Path) -> str:
    """Return what to tell somebody who takes ``directory`` for an index that it is not."""
    if directory.exists() and not directory.is_dir():
        return f"{directory} is a file, not an index directory: name one with --index DIR"
    if directory.is_dir() and any(entry.name not in _HARMLESS for entry in directory.iterdir()):
        return f"{directory} is not an index: name one with --index DIR, or index into a new one"
    return f"no index in {directory}: run 'searchengine index PATH' first, or name one with --index"
