"""Which files there are in and below a path that was given, as a list that is always the same.

Looks at names, sizes and times only; opens nothing but ``.searchignore``. A folder is walked in the
order of its names. Hidden files and folders are left out (unless given by name), as is what
``selection`` says is no document; a folder that is met a second time through a link is not entered
again, and what is no regular file is a problem, not a hang.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, MutableMapping, Sequence
from dataclasses import dataclass

from searchengine.pages.page import Problem
from searchengine.pages.selection import (
    IGNORE_FILE,
    IgnoreFile,
    Selection,
    is_ignored,
    no_document,
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read. ``id`` is its path below the folder that was given, with ``/``.

    ``size`` is in bytes, ``mtime_ns`` in nanoseconds since 1970.
    """

    path: str
    id: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is walked: its names in lower case, and what says what is left out of it.

    ``whole`` where all that lies in it is listed.
    """

    names: Collection[str]
    ignoring: Sequence[IgnoreFile]
    whole: bool


def list_files(
    path: str | os.PathLike[str],
    *,
    exclude: Collection[str | os.PathLike[str]] = (),
    selection: Selection | None = None,
    top: str | None = None,
    only: Collection[str] | None = None,
    skipped: MutableMapping[str, int] | None = None,
) -> Iterator[SourceFile | Problem]:
    """Yield the files in and below ``path``, and a problem for each that cannot be listed.

    A file given by name has that name as its id. A file that is reached twice, through a link,
    is listed once. ``exclude`` names folders to leave out, ``selection`` says what else is. What
    ``.searchignore`` says in the folders from ``top`` down to ``path`` holds too. With ``only``
    nothing is listed but what is, or lies in, one of these paths. ``skipped`` counts what is no
    document.
    """
    root = os.fspath(path)
    selection = selection or Selection()
    seen = {_identity(os.stat(one)) for one in exclude if os.path.exists(one)}
    above: list[IgnoreFile] = []
    for folder in _between(top, root):
        yield from _read_ignore_file(folder, above)
    wanted = frozenset(only or ())
    on_the_way = {folder for one in wanted for folder in _parents(one)}
    # A stack of our own: folders may be nested deeper than Python calls.
    waiting: list[tuple[str, str, _Folder | None]] = [(root, "", None)]
    while waiting:
        place, below, parent = waiting.pop()
        try:
            status = os.stat(place)
            is_folder = stat.S_ISDIR(status.st_mode)
            if parent and _is_left_out(place, below, is_folder, parent, selection, skipped):
                continue
            if _identity(status) in seen:
                continue
            seen.add(_identity(status))
            names = _names(place) if is_folder else None
        except OSError as error:
            if not (parent and _is_left_out(place, below, False, parent, selection, skipped)):
                yield Problem(shown(place), None, _reason(error))
            continue
        if names is not None:
            ignoring = list(parent.ignoring if parent else above)
            yield from _read_ignore_file(place, ignoring)
            whole = only is None or place in wanted or (parent is not None and parent.whole)
            folder_of = _Folder(frozenset(name.lower() for name in names), ignoring, whole)
            for name in reversed(names):
                inside = os.path.join(place, name)
                if whole or inside in wanted or inside in on_the_way:
                    waiting.append((inside, f"{below}/{name}" if below else name, folder_of))
        elif stat.S_ISREG(status.st_mode):
            id_ = shown(below or os.path.basename(os.path.abspath(place)))
            yield SourceFile(place, id_, status.st_size, status.st_mtime_ns)
        else:
            yield Problem(shown(place), None, "is not a regular file; only files can be read")


def shown(path: str) -> str:
    """Return a path that can be printed and stored: bytes that are no UTF-8 are spelt out."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def is_inside(path: str, folder: str) -> bool:
    """Return whether ``path`` is ``folder`` or lies in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _parents(path: str) -> Iterator[str]:
    """Every folder above ``path``, innermost first."""
    while (parent := os.path.dirname(path)) != path:
        yield parent
        path = parent


def _between(top: str | None, path: str) -> list[str]:
    """The folders from ``top`` down to the one that ``path`` lies in."""
    if top is None:
        return []
    return [folder for folder in _parents(path) if is_inside(folder, top)][::-1]


def _read_ignore_file(folder: str, into: list[IgnoreFile]) -> Iterator[Problem]:
    path = os.path.join(folder, IGNORE_FILE)
    try:
        found = IgnoreFile.of(folder)
    except OSError as error:
        yield Problem(shown(path), None, _reason(error))
        return
    if found is not None:
        into.append(found)
        for number, line in found.faults:
            yield Problem(shown(path), number, f"is no pattern: {line!r}; correct the line")


def _is_left_out(
    path: str,
    below: str,
    is_folder: bool,
    parent: _Folder,
    selection: Selection,
    skipped: MutableMapping[str, int] | None,
) -> bool:
    """Whether a file or folder is no part of what was asked for; ``skipped`` counts why."""
    if selection.excludes(below, is_folder=is_folder):
        return True
    ignored = is_ignored(path, is_folder=is_folder, files=parent.ignoring)
    if ignored is not None:
        return ignored or (not is_folder and selection.includes(below) is False)
    included = None if is_folder else selection.includes(below)
    if included is not None:
        return not included
    name = os.path.basename(path)
    kind = no_document(name, is_folder=is_folder, beside=parent.names, claimed=selection.claimed)
    if kind is not None and skipped is not None:
        skipped[kind] = skipped.get(kind, 0) + 1
    return kind is not None


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
