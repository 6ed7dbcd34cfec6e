"""Which files there are: the folders and files that were given, as a list that is always the same.

Looks at names, sizes and times only; opens nothing. A folder is walked in the order of its names.
Hidden files and folders are left out (unless given by name), a folder that is met a second time
through a link is not entered again, and what is no regular file is a problem, not a hang.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from searchengine.pages.page import Problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. ``id`` is its path below the folder that was given, with ``/``.

    ``size`` is in bytes, ``mtime_ns`` in nanoseconds since 1970.
    """

    path: str
    id: str
    size: int
    mtime_ns: int


def list_files(
    paths: Iterable[str | os.PathLike[str]],
    *,
    exclude: Collection[str | os.PathLike[str]] = (),
) -> Iterator[SourceFile | Problem]:
    """Yield the files in and below ``paths``, and a problem for each that cannot be listed.

    A file given by name has that name as its id. A file that is reached twice is listed once;
    of two files with one id the second is a problem. ``exclude`` names folders to leave out.
    """
    walker = _Walker({_identity(os.stat(path)) for path in exclude if os.path.exists(path)})
    for path in paths:
        yield from walker.start(os.fspath(path))


def shown(path: str) -> str:
    """Return a path that can be printed and stored: bytes that are no UTF-8 are spelt out."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


class _Walker:
    """One listing: remembers what it has seen."""

    def __init__(self, seen: set[tuple[int, int]]) -> None:
        self._seen = seen
        self._paths: dict[str, str] = {}

    def start(self, path: str) -> Iterator[SourceFile | Problem]:
        name = os.path.basename(os.path.abspath(path))
        yield from self._visit(path, name, "")

    def _visit(self, path: str, name: str, below: str) -> Iterator[SourceFile | Problem]:
        """A file is named by where it is; a folder that was given has no name of its own."""
        try:
            status = os.stat(path)
        except OSError as error:
            yield Problem(shown(path), None, _reason(error))
            return
        if _identity(status) in self._seen:
            return
        self._seen.add(_identity(status))
        if stat.S_ISDIR(status.st_mode):
            yield from self._enter(path, below)
        elif stat.S_ISREG(status.st_mode):
            yield self._file(path, shown(below or name), status)
        else:
            yield Problem(shown(path), None, "is not a regular file; only files can be read")

    def _enter(self, folder: str, below: str) -> Iterator[SourceFile | Problem]:
        try:
            names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
        except OSError as error:
            yield Problem(shown(folder), None, _reason(error))
            return
        for name in names:
            yield from self._visit(
                os.path.join(folder, name), name, f"{below}/{name}" if below else name
            )

    def _file(self, path: str, id_: str, status: os.stat_result) -> SourceFile | Problem:
        first = self._paths.setdefault(id_, path)
        if first != path:
            return Problem(
                shown(path),
                None,
                f"the id {id_!r} is taken by {shown(first)}; index the folder above both instead",
            )
        return SourceFile(path, id_, status.st_size, status.st_mtime_ns)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist; check the path"
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied; check its access rights"
    return f"cannot be read: {error.strerror or error}"
