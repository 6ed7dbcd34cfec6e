"""Indexing folders: what is new, what has changed, what has gone, told apart from last time.

Each document carries the fingerprint of the file it came from, inside the index itself, so that
the files and what is known of them can never disagree after a crash. A run is one commit: it
happens whole or not at all. Whose a document is and what its id is, ``sources`` decides; what
pruning would remove, and whether that may be, ``pruning``.
"""

from __future__ import annotations

import functools
import itertools
import os
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from searchengine.backends.protocol import Writer
from searchengine.errors import DocumentNotFoundError, InputError
from searchengine.pages.fingerprint import Fingerprint, is_unchanged
from searchengine.pages.folders import SourceFile, list_files, shown
from searchengine.pages.indexing import Index, Report
from searchengine.pages.page import Page, Problem, to_document
from searchengine.pages.pruning import Scope, gone_documents, refuse_surprise
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.reading import all_readers, read_opened, unreadable
from searchengine.pages.readers.records import Fields, count_records, is_record_file
from searchengine.pages.sources import Catalogue, Known, Source, ancestors
from searchengine.time_zone import time_zone

Advance = Callable[[int, int], None]


def index_paths(
    index: Index,
    paths: Iterable[str],
    *,
    source_name: str | None = None,
    prune: bool = False,
    confirmed: bool = False,
    names: Mapping[str, str] | None = None,
    exclude: Iterable[str] = (),
    workers: int = 1,
    progress: Advance | None = None,
) -> Report:
    """Bring the index up to date with the files in and below ``paths``; return what was done.

    Several paths are taken in as one after the other, in one commit. ``source_name`` says that
    the one path is the source of that name, wherever it was before. ``names`` maps our field
    names to those of JSON records; ``exclude`` are folders to leave out. With ``prune``
    documents go whose files, once read from these paths, are no longer there; where those are
    most of what a path gave, only if ``confirmed``. ``workers`` processes share large work.
    ``progress`` is called with documents done and their likely total. One file that cannot be
    read never stops the others. Raises :class:`InputError` for an unknown field name, for a
    ``source_name`` that cannot be that of the path, and for pruning that is not confirmed; the
    index is then as it was.
    """
    places = [os.path.abspath(path) for path in dict.fromkeys(paths)]
    if source_name is not None and (len(places) != 1 or not source_name.strip()):
        raise InputError("--as gives one source its name: index one path, with a name not empty")
    run = _Run(index, Fields.named(names or {}), list(exclude), progress)
    return run.index(
        places,
        None if source_name is None else shown(source_name.strip()),
        prune=prune,
        confirmed=confirmed,
        workers=workers,
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a source, which is ``file_id`` there, as the system writes its name.

    ``file.id`` is what its page is called, with letters and marks together.
    """

    source: Source
    file_id: str
    file: SourceFile

    @property
    def folder(self) -> str:
        """The folder below its source in which it lies."""
        return unicodedata.normalize("NFC", self.file_id.rpartition("/")[0])

    @property
    def key(self) -> tuple[str, str]:
        return self.source.name, self.file_id


class _Run:
    """One run over some paths."""

    def __init__(
        self, index: Index, names: Fields, exclude: list[str], progress: Advance | None
    ) -> None:
        self._index = index
        self._readers, faults = all_readers(names)
        self._exclude = exclude
        self._progress = progress
        self._report = Report(warnings=list(faults))
        # Asked for once: a setting that is wrong must not come up in the middle of a run.
        self._zone = time_zone()
        self._started = time.time_ns()
        #: Documents of the sources looked at, as they were before: by source and file.
        self._before: dict[str, dict[str, list[Known]]] = {}
        #: Documents seen in this run, and where.
        self._taken: dict[str, str] = {}
        self._trouble: set[str] = set()
        #: Sources below the paths that were given.
        self._nested: list[Source] = []
        #: Sources that a document was written for; documents written in place of earlier ones;
        #: documents that were pruned.
        self._written: set[str] = set()
        self._rewritten: set[str] = set()
        self._removed: set[str] = set()
        #: For each source, how many documents got its name before their ids, and one of them.
        self._prefixed: dict[str, tuple[int, str, str]] = {}
        self._exists = functools.cache(os.path.exists)
        self._done = 0
        self._total = 0

    def index(
        self, paths: list[str], name: str | None, *, prune: bool, confirmed: bool, workers: int
    ) -> Report:
        with self._index.writer(workers=workers) as writer:
            self._catalogue = Catalogue(self._index.fingerprints(), self._is_foreign)
            scopes, entries = self._listed(paths, name)
            self._recall([*(scope.source for scope in scopes), *self._nested], entries)
            to_read = [entry for entry in entries.values() if not self._is_unchanged(entry)]
            self._total = sum(map(_likely_count, to_read)) if self._progress else 0
            for entry in to_read:
                self._read(entry, writer)
            if prune:
                self._prune(scopes, writer, confirmed=confirmed)
            for source in self._report.sources:
                self._record_place(source, writer)
        self._tell_prefixed()
        return self._report

    def _listed(
        self, paths: list[str], name: str | None
    ) -> tuple[list[Scope], dict[tuple[str, str], _Entry]]:
        """What each path stands for, and the files of all, in order, each once."""
        scopes: list[Scope] = []
        entries: dict[tuple[str, str], _Entry] = {}
        for path in map(self._as_known, paths):
            given = shown(path)
            source = self._catalogue.resolve(given, name)
            scopes.append(Scope(source, source.path_below(given)))
            nested = self._catalogue.below(given)
            self._nested += nested
            for file in list_files(path, exclude=self._exclude):
                if isinstance(file, Problem):
                    self._problem(file)
                    continue
                place = shown(file.path)
                owner = self._catalogue.owner(place) if nested else source
                entry = _entry(owner or source, place, file)
                entries.setdefault(entry.key, entry)
        self._report.sources = list(dict.fromkeys(scope.source for scope in scopes))
        return scopes, entries

    def _as_known(self, path: str) -> str:
        """``path`` as the index knows it, where a link leads to a source or into one."""
        if self._catalogue.owner(shown(path)) is not None:
            return path
        real = os.path.realpath(path)
        ways = [
            (len(place), source.file_at(shown(real[len(place) :].strip("/"))))
            for source in self._catalogue.sources
            for place in [os.path.realpath(source.place)]
            if real == place or real.startswith(place.rstrip("/") + "/")
        ]
        return max(ways)[1] if ways else path

    def _recall(self, sources: Iterable[Source], entries: Mapping[tuple[str, str], _Entry]) -> None:
        """Read what was known of ``sources``, which ``entries`` are of."""
        self._entries = entries
        self._foreign = self._index.document_count() > len(self._catalogue.known)
        self._before = {source.name: {} for source in sources}
        for known in self._catalogue.known.values():
            if known.source in self._before:
                self._before[known.source].setdefault(known.file_id, []).append(known)

    def _is_unchanged(self, entry: _Entry) -> bool:
        """Whether the file is as it was; then its documents are, and count as seen."""
        documents = self._before[entry.source.name].get(entry.file_id)
        if not documents or not is_unchanged(entry.file, _latest(documents).file):
            return False
        for known in documents:
            self._taken[known.id] = known.path
        self._report.unchanged += len(documents)
        return True

    def _read(self, entry: _Entry, writer: Writer) -> None:
        try:
            opened = OpenedFile(entry.file)
        except OSError as error:
            self._problem(unreadable(entry.file, error))
            return
        with opened:
            self._read_opened(opened, entry, writer)

    def _read_opened(self, opened: OpenedFile, entry: _Entry, writer: Writer) -> None:
        fingerprint = Fingerprint(entry.file.mtime_ns, entry.file.size, opened.hash)
        first = True
        for page in read_opened(opened, self._readers):
            if isinstance(page, Problem):
                self._problem(page)
                continue
            self._report.warnings += [f"{page.path}: {warning}" for warning in page.warnings]
            own = _own_name(page, entry)
            id_ = self._catalogue.id_of(entry.source, own)
            taken = self._taken_by(id_, entry)
            if taken is not None:
                reason = f"the id {page.id!r} is taken by {taken}; give it another"
                self._problem(Problem(page.path, page.line, reason))
                continue
            if id_ is None:
                id_ = self._new_id(entry.source, own, page.id)
            page = replace(page, id=id_, folder=entry.folder)
            # One document of every file read must carry its newest fingerprint, or the next run
            # would read the file again.
            self._take(page, own, entry, fingerprint, writer, always=first)
            first = False
            self._done += 1
            if self._progress:
                self._progress(self._done, max(self._total, self._done))

    def _taken_by(self, id_: str | None, entry: _Entry) -> str | None:
        """Where else the source has a page of this id; None where it has moved from."""
        if id_ is None:
            return None
        if id_ in self._taken:
            return self._taken[id_]
        file_id = self._catalogue.known[id_].file_id
        if file_id == entry.file_id or (entry.source.name, file_id) in self._entries:
            return None
        path = entry.source.file_at(file_id)
        return path if self._exists(path) else None

    def _take(
        self,
        page: Page,
        own: str,
        entry: _Entry,
        fingerprint: Fingerprint,
        writer: Writer,
        *,
        always: bool,
    ) -> None:
        """Add a page, if it is new or changed, or ``always``."""
        before = self._catalogue.known.get(page.id)
        self._taken[page.id] = page.path
        if before is None:
            self._report.added += 1
        elif before.content_hash != page.content_hash:
            self._report.replaced += 1
        else:
            self._report.unchanged += 1
            if before.file_id == entry.file_id and not always:
                return
        known = Known(
            id=page.id,
            content_hash=page.content_hash,
            path=shown(entry.file.path),
            file_id=entry.file_id,
            file=fingerprint,
            run=self._started,
            source=entry.source.name,
            own=own,
        )
        self._written.add(entry.source.name)
        if before is not None:
            self._rewritten.add(page.id)
        make = functools.partial(to_document, page, self._zone)
        writer.add_lazy(page.id, make, len(page.text), known.pack())

    def _new_id(self, source: Source, own: str, natural: str) -> str:
        id_ = self._catalogue.new_id(source, own, natural)
        if id_ != natural:
            count, *example = self._prefixed.get(source.name, (0, id_, natural))
            self._prefixed[source.name] = (count + 1, example[0], example[1])
        return id_

    def _prune(self, scopes: list[Scope], writer: Writer, *, confirmed: bool) -> None:
        """Delete what the paths gave before and no longer do."""
        if not confirmed:
            refuse_surprise(scopes, self._before, self._is_seen)
        for known in gone_documents(scopes, self._before, self._is_seen):
            writer.delete(known.id)
            self._removed.add(known.id)
        self._report.removed = len(self._removed)
        self._tell_unpruned(scopes)

    def _is_seen(self, known: Known) -> bool:
        return known.id in self._taken or self._is_in_trouble(known)

    def _is_in_trouble(self, known: Known) -> bool:
        """Whether a file, or a folder above it, could not be read: then it keeps its documents."""
        path = self._catalogue.source(known.source).file_at(known.file_id)
        return any(one in self._trouble for one in ancestors(path))

    def _record_place(self, source: Source, writer: Writer) -> None:
        """Have the index remember where ``source`` is now: its newest document says so.

        Where nothing else was written for it, one document is, as the index has it; and every
        document from before sources had names, which only its path would tell whose it is.
        """
        before = itertools.chain.from_iterable(self._before[source.name].values())
        left = [known for known in before if known.id not in self._removed]
        stale = [one for one in left if one.is_nameless and one.root != source.place]
        newest = max(left, key=lambda known: known.run, default=None)
        if newest and newest.root != source.place and source.name not in self._written:
            stale = stale or [newest]
        for known in stale:
            if known.id not in self._rewritten:
                path = source.file_at(known.file_id)
                there = replace(known, path=path, run=self._started)
                document = self._index.get(known.id)
                writer.add(replace(document, path=path), there.pack())

    def _tell_unpruned(self, scopes: list[Scope]) -> None:
        """Warn of sources below the paths that have lost pages but were not named."""
        for source in set(self._nested) - {scope.source for scope in scopes}:
            gone = len(gone_documents([Scope(source, "")], self._before, self._is_seen))
            if gone:
                self._report.warnings.append(
                    f"{source.place} is a source of its own and keeps {gone:,} documents whose "
                    "pages have gone: prune it by its own path"
                )

    def _is_foreign(self, id_: str) -> bool:
        """Whether a document that no file gave, one of the library or the server, has this id."""
        if not self._foreign:
            return False
        try:
            self._index.get(id_)
        except DocumentNotFoundError:
            return False
        return True

    def _tell_prefixed(self) -> None:
        for name, (count, id_, natural) in self._prefixed.items():
            told = (
                f"{name}: others hold {count:,} of its ids, which have a name before "
                f"them here, such as {id_!r} for {natural!r}"
            )
            holder = self._catalogue.known.get(natural)
            place = holder and self._catalogue.source(holder.source).place
            if holder and place and not self._exists(place):
                told += f"; a folder that has moved from {place} is indexed --as {holder.source}"
            self._report.warnings.append(told)

    def _problem(self, problem: Problem) -> None:
        self._report.problems.append(str(problem))
        self._trouble.add(problem.path)


def _entry(source: Source, place: str, file: SourceFile) -> _Entry:
    file_id = source.path_below(place)
    natural = unicodedata.normalize("NFC", file_id or os.path.basename(place))
    return _Entry(source, file_id, file if file.id == natural else replace(file, id=natural))


def _own_name(page: Page, entry: _Entry) -> str:
    """What the source calls a page: as its file, whose name is left out where that is the source.

    A record's own id is its name.
    """
    part = page.id.removeprefix(entry.file.id)
    if part != page.id and part[:1] in ("", "#", "!"):
        return entry.file_id + part
    return page.id


def _latest(documents: Iterable[Known]) -> Known:
    return max(documents, key=lambda known: known.run)


def _likely_count(entry: _Entry) -> int:
    """How many documents a file is likely to hold: a line each of a record file, else one."""
    return count_records(entry.file) if is_record_file(entry.file) else 1
