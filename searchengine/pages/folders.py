"""Which files there are in and below a path that was given, as a list that is always the same.

Looks at names, sizes and times only; opens nothing. A folder is walked in the order of its names.
Hidden files and folders are left out (unless given by name), a folder that is met a second time
through a link is not entered again, and what is no regular file is a problem, not a hang.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
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
    path: str | os.PathLike[str], *, exclude: Collection[str | os.PathLike[str]] = ()
) -> Iterator[SourceFile | Problem]:
    """Yield the files in and below ``path``, and a problem for each that cannot be listed.

    A file given by name has that name as its id. A file that is reached twice, through a link,
    is listed once. ``exclude`` names folders to leave out.
    """
    root = os.fspath(path)
    seen = {_identity(os.stat(one)) for one in exclude if os.path.exists(one)}
    # A stack of our own: folders may be nested deeper than Python calls.
    waiting = [(root, "")]
    while waiting:
        place, below = waiting.pop()
        try:
            status = os.stat(place)
            if _identity(status) in seen:
                continue
            seen.add(_identity(status))
            names = _names(place) if stat.S_ISDIR(status.st_mode) else None
        except OSError as error:
            yield Problem(shown(place), None, _reason(error))
            continue
        if names is not None:
            waiting += [
                (os.path.join(place, name), f"{below}/{name}" if below else name)
                for name in reversed(names)
            ]
        elif stat.S_ISREG(status.st_mode):
            id_ = shown(below or os.path.basename(os.path.abspath(place)))
            yield SourceFile(place, id_, status.st_size, status.st_mtime_ns)
        else:
            yield Problem(shown(place), None, "is not a regular file; only files can be read")


def shown(path: str) -> str:
    """Return a path that can be printed and stored: bytes that are no UTF-8 are spelt out."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _names(folder: str) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist; check the path"
    if isinstance(error, PermissionError):
        return "cannot be read: permission denied; check its access rights"
    return f"cannot be read: {error.strerror or error}"
