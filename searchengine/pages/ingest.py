"""Indexing folders: what is new, what has changed, what has gone, told apart from last time.

Each document carries the fingerprint of the file it came from, inside the index itself, so that
the files and what is known of them can never disagree after a crash. A run is one commit: it
happens whole or not at all.
"""

from __future__ import annotations

import functools
import gzip
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from searchengine.backends.protocol import Writer
from searchengine.errors import InputError
from searchengine.pages.fingerprint import Fingerprint, fingerprint_of, plan
from searchengine.pages.folders import SourceFile, list_files, shown
from searchengine.pages.page import Page, Problem, to_document
from searchengine.pages.readers.reading import is_record_file, read_file
from searchengine.pages.readers.records import Fields

if TYPE_CHECKING:
    from searchengine.engine import SearchEngine

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What a run did, in documents; problems and warnings name the file and the reason."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the counts as one line."""
        parts = [f"{self.added:,} added", f"{self.replaced:,} replaced"]
        parts += [f"{self.unchanged:,} unchanged", f"{self.removed:,} removed"]
        if self.problems:
            parts.append(f"{len(self.problems):,} not read")
        return ", ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {"ok": not self.problems, **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the index remembers of a document: its file, and its own content."""

    id: str
    content_hash: str
    path: str
    file_id: str
    file: Fingerprint
    run: int

    def pack(self) -> str:
        file = (self.file.mtime_ns, self.file.size, self.file.hash)
        return json.dumps([self.id, self.content_hash, self.path, self.file_id, *file, self.run])

    @staticmethod
    def unpack(packed: str) -> _Known:
        id_, content_hash, path, file_id, mtime_ns, size, hash_, run = json.loads(packed)
        return _Known(id_, content_hash, path, file_id, Fingerprint(mtime_ns, size, hash_), run)


def index_paths(
    engine: SearchEngine,
    paths: Iterable[str],
    *,
    prune: bool = False,
    names: Mapping[str, str] | None = None,
    exclude: Iterable[str] = (),
    workers: int = 1,
    progress: Advance | None = None,
) -> Report:
    """Bring the index up to date with the files in and below ``paths``; return what was done.

    ``names`` maps our field names to those of JSON records; ``exclude`` are folders to leave
    out. With ``prune`` documents go whose files, once read from these paths, are no longer
    there. ``workers`` processes share large work. ``progress`` is called with documents done and
    their likely total. One file that cannot be read never stops the others. Raises
    :class:`InputError` for an unknown field name.
    """
    return _Run(engine, _fields(names or {}), progress).index(
        [os.path.abspath(path) for path in paths],
        prune=prune,
        exclude=list(exclude),
        workers=workers,
    )


def _fields(names: Mapping[str, str]) -> Fields:
    ours = [known.name for known in fields(Fields)]
    for name in names:
        if name not in ours:
            raise InputError(f"records have no field {name!r} of ours: use {', '.join(ours)}")
    return Fields(**names)


class _Run:
    """One run over some paths."""

    def __init__(self, engine: SearchEngine, names: Fields, progress: Advance | None) -> None:
        self._engine = engine
        self._names = names
        self._progress = progress
        self._report = Report()
        self._started = time.time_ns()
        self._known: dict[str, _Known] = {}
        self._by_file: dict[str, list[_Known]] = {}
        self._taken: dict[str, str] = {}
        self._trouble: set[str] = set()
        self._done = 0
        self._total = 0

    def index(self, paths: list[str], *, prune: bool, exclude: list[str], workers: int) -> Report:
        with self._engine.writer(workers=workers) as writer:
            for packed in self._engine.fingerprints():
                known = _Known.unpack(packed)
                self._known[known.id] = known
                self._by_file.setdefault(known.file_id, []).append(known)
            files = list(self._listed(paths, exclude))
            to_read = self._changed(files)
            self._total = sum(map(_record_count, to_read)) if self._progress else 0
            for file in to_read:
                self._read(file, writer)
            if prune:
                self._prune(paths, writer)
        return self._report

    def _listed(self, paths: list[str], exclude: list[str]) -> Iterator[SourceFile]:
        for file in list_files(paths, exclude=exclude):
            if isinstance(file, Problem):
                self._problem(file)
            else:
                yield file

    def _changed(self, files: list[SourceFile]) -> list[SourceFile]:
        """The files to read, in the order listed; the others' documents count as unchanged."""
        latest = {
            file_id: max(known, key=lambda one: one.run).file
            for file_id, known in self._by_file.items()
        }
        changes = plan(files, latest)
        same = set(changes.unchanged)
        for file in changes.maybe_changed:
            if file.size == latest[file.id].size and _hash(file) == latest[file.id].hash:
                same.add(file)
        for file in same:
            for known in self._by_file[file.id]:
                self._taken[known.id] = known.path
                self._report.unchanged += 1
        return [file for file in files if file not in same]

    def _read(self, file: SourceFile, writer: Writer) -> None:
        shared = None
        if is_record_file(file):
            try:
                shared = fingerprint_of(file)
            except OSError as error:
                reason = f"cannot be read: {error.strerror or error}"
                self._problem(Problem(shown(file.path), None, reason))
                return
        first = True
        for page in read_file(file, self._names):
            if isinstance(page, Problem):
                self._problem(page)
                continue
            self._report.warnings += [f"{page.path}: {warning}" for warning in page.warnings]
            if page.id in self._taken:
                where = self._taken[page.id]
                reason = f"the id {page.id!r} is taken by {where}; give it another"
                self._problem(Problem(page.path, page.line, reason))
                continue
            self._taken[page.id] = page.path
            fingerprint = shared or Fingerprint(file.mtime_ns, file.size, page.content_hash)
            # One document of every file read must carry its newest fingerprint, or the next run
            # would read the file again.
            self._take(page, file, fingerprint, writer, always=first)
            first = False
            self._done += 1
            if self._progress:
                self._progress(self._done, max(self._total, self._done))

    def _take(
        self,
        page: Page,
        file: SourceFile,
        fingerprint: Fingerprint,
        writer: Writer,
        *,
        always: bool,
    ) -> None:
        before = self._known.get(page.id)
        same = before is not None and before.content_hash == page.content_hash
        if before is None:
            self._report.added += 1
        elif same:
            self._report.unchanged += 1
        else:
            self._report.replaced += 1
        if not same or always:
            known = _Known(
                page.id, page.content_hash, page.path, file.id, fingerprint, self._started
            )
            make = functools.partial(to_document, page)
            writer.add_lazy(page.id, make, len(page.text), known.pack())

    def _prune(self, paths: list[str], writer: Writer) -> None:
        """Delete documents that these paths once gave and no longer do.

        Where a folder was moved, its old place is gone, some of its documents were found again,
        and the others belong to the new place. A folder that is only away keeps its documents.
        """
        found = {_root(known) for known in self._known.values() if known.id in self._taken}
        for known in self._known.values():
            root = _root(known)
            moved = root in found and not os.path.exists(root)
            here = known.path in paths or root in paths or moved
            if here and known.id not in self._taken and not self._in_trouble(known.path):
                writer.delete(known.id)
                self._report.removed += 1

    def _in_trouble(self, path: str) -> bool:
        """Whether a file, or a folder above it, could not be read: then it keeps its documents."""
        return any(path == bad or path.startswith(f"{bad}/") for bad in self._trouble)

    def _problem(self, problem: Problem) -> None:
        self._report.problems.append(str(problem))
        self._trouble.add(problem.path)


def _root(known: _Known) -> str:
    """The folder that was given when a document was read."""
    return known.path.removesuffix(known.file_id).rstrip("/") or "/"


def _hash(file: SourceFile) -> str:
    try:
        return fingerprint_of(file).hash
    except OSError:
        return ""


def _record_count(file: SourceFile) -> int:
    """How many documents a file is likely to hold: a line each of a record file, else one."""
    if not is_record_file(file):
        return 1
    try:
        opened = gzip.open if file.path.endswith(".gz") else open
        with opened(file.path, "rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b"")) or 1
    except (OSError, EOFError, zlib.error):
        return 1
