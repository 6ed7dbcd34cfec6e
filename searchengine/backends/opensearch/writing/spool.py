"""The changes of a writer on the local disk, until the cluster has all of them.

A line a change: the document's name on the cluster, and what is sent of it or null. When a commit
begins, a second file says what it will be; a writer that finds one ends that commit first.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from searchengine.errors import IndexWriteError


def default_folder() -> Path:
    """Return where spools are kept unless a caller says otherwise."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "searchengine" / "opensearch"


def spools_of(folder: Path, index: str) -> list[Spool]:
    """Return the spools that there are of an index, whoever left them."""
    if not folder.exists():
        return []
    names = (path.name.removesuffix(".changes") for path in folder.glob(f"{index}.*.changes"))
    return [Spool(folder, index, name.removeprefix(f"{index}.")) for name in sorted(names)]


class Spool:
    """The changes of one writer, ``holder``, to one index."""

    def __init__(self, folder: Path, index: str, holder: str) -> None:
        self.folder, self.holder = folder, holder
        self._changes = folder / f"{index}.{holder}.changes"
        self._commit = folder / f"{index}.{holder}.commit"
        self._file: Any = None

    def add(self, key: str, source: str) -> None:
        """Keep a change: what is sent of a document, ``"null"`` for one that is deleted."""
        try:
            self._opened().write(f"{json.dumps(key)}\t{source}\n")
        except OSError as error:
            raise _not_written(error, self._changes) from error

    def begin(self, commit: dict[str, Any]) -> None:
        """Make the changes durable, and that a commit of them has begun."""
        try:
            _synced(self._opened())
            self._close()
            made = self._commit.with_suffix(".new")
            with made.open("w", encoding="utf-8") as file:
                json.dump(commit, file)
                _synced(file)
            made.replace(self._commit)
            folder = os.open(self._commit.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise _not_written(error, self._changes) from error

    def begun(self) -> dict[str, Any] | None:
        """Return what was said when a commit began that has not ended; None if none has."""
        try:
            found = json.loads(self._commit.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found if isinstance(found, dict) else None

    def changes(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the source of each change, of each document the last."""
        last: dict[str, int] = {}
        for at, (key, _) in enumerate(self._lines()):
            last[key] = at
        for at, (key, source) in enumerate(self._lines()):
            if last[key] == at:
                yield json.loads(key), source

    def forget(self) -> None:
        """Remove it; what the disk does not let go of is of no commit to come."""
        with contextlib.suppress(OSError):
            self._close()
        for path in (self._commit.with_suffix(".new"), self._commit, self._changes):
            with contextlib.suppress(OSError):
                path.unlink()

    def _opened(self) -> Any:
        if self._file is None:
            self._changes.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._changes.open("w", encoding="utf-8", newline="\n")
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _lines(self) -> Iterator[tuple[str, str]]:
        if self._changes.exists():
            with self._changes.open(encoding="utf-8", newline="\n") as file:
                for line in file:
                    key, _, source = line.rstrip("\n").partition("\t")
                    yield key, source


def _synced(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _not_written(error: OSError, path: Path) -> IndexWriteError:
    return IndexWriteError(
        f"changes cannot be kept in {path.parent} ({error.strerror}): free space there, or name "
        "another folder"
    )
