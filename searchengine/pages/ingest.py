"""Indexing folders: what is new, what has changed, what has gone, told apart from last time.

Each document carries the fingerprint of the file it came from, inside the index itself, so that
the files and what is known of them can never disagree after a crash. A long run commits now and
then, and one that is stopped goes on from there. Which files there are, ``listing`` says; whose a
document is and what its id is, ``sources`` decides; what pruning would remove, and whether that may
be, ``pruning``.
"""

from __future__ import annotations

import functools
import itertools
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from searchengine.backends.protocol import Writer
from searchengine.errors import DocumentNotFoundError, InputError
from searchengine.pages.fingerprint import UNFINISHED, Fingerprint, is_unchanged
from searchengine.pages.folders import shown
from searchengine.pages.history import History, Unread
from searchengine.pages.indexing import Index, Report
from searchengine.pages.listing import Entry, Listing
from searchengine.pages.page import Page, Problem, to_document
from searchengine.pages.pruning import Scope, gone_documents, refuse_surprise
from searchengine.pages.readers.isolation import OCR_SECONDS, SECONDS, FileReading
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.reading import all_readers, unreadable
from searchengine.pages.readers.records import Fields
from searchengine.pages.selection import Selection
from searchengine.pages.sources import Catalogue, Known, Source, ancestors
from searchengine.time_zone import time_zone

#: A run commits so often, in seconds: what a stopped one has to read again at most, and few enough
#: commits that merging their segments costs little.
COMMIT_SECONDS = 120.0

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
    ocr: bool = False,
    selection: Selection | None = None,
    only: Collection[str] | None = None,
    history: History | None = None,
    workers: int = 1,
    commit_seconds: float = COMMIT_SECONDS,
    progress: Advance | None = None,
) -> Report:
    """Bring the index up to date with the files in and below ``paths``; return what was done.

    Several paths are taken in as one after the other. ``source_name`` says that the one path is
    the source of that name, wherever it was before. ``names`` maps our field names to those of
    JSON records; ``exclude`` are folders to leave out, ``selection`` says which files are taken.
    With ``ocr`` scanned pages are read too. With ``only`` nothing is looked at but what is, or lies
    in, one of these paths. With ``prune`` documents go whose files, once read from these paths, are
    no longer there; where those are most of what a path gave, only if ``confirmed``. ``history`` is
    told what was not read. ``workers`` processes share large work. ``progress`` is called with
    documents done and their likely total. One file that cannot be read never stops the others.

    There is a commit at the end, and one every ``commit_seconds`` before it: what they hold stays
    whatever happens, and the next run goes on from there. Raises :class:`InputError` for an
    unknown field name and for a ``source_name`` that cannot be that of the path, before anything
    is read, and for pruning that is not confirmed, which then removes nothing.
    """
    places = [os.path.abspath(path) for path in dict.fromkeys(paths)]
    if source_name is not None and (len(places) != 1 or not source_name.strip()):
        raise InputError("--as gives one source its name: index one path, with a name not empty")
    make = functools.partial(all_readers, Fields.named(names or {}), ocr=ocr)
    with FileReading(make, seconds=OCR_SECONDS if ocr else SECONDS) as reading:
        chosen = replace(selection or Selection(), claimed=reading.readers.suffixes)
        list_them = functools.partial(
            Listing,
            paths=places,
            name=None if source_name is None else shown(source_name.strip()),
            exclude=list(exclude),
            selection=chosen,
            only=only,
        )
        run = _Run(index, reading, history, commit_seconds, progress)
        return run.index(list_them, prune=prune, confirmed=confirmed, workers=workers)


class _Run:
    """One run over some paths."""

    def __init__(
        self,
        index: Index,
        reading: FileReading,
        history: History | None,
        commit_seconds: float,
        progress: Advance | None,
    ) -> None:
        self._index = index
        self._reading = reading
        self._history = history
        self._commit_seconds = commit_seconds
        self._next_commit = time.monotonic() + commit_seconds
        self._progress = progress
        self._report = Report(warnings=list(reading.faults))
        # Asked for once: a setting that is wrong must not come up in the middle of a run.
        self._zone = time_zone()
        self._started = time.time_ns()
        #: Documents of the sources looked at, as they were before: by source and file.
        self._before: dict[str, dict[str, list[Known]]] = {}
        #: Documents seen in this run, and where.
        self._taken: dict[str, str] = {}
        self._trouble: set[str] = set()
        #: What was not read of each source, and its files that are as they were.
        self._unread: dict[str, list[Unread]] = defaultdict(list)
        self._as_before: dict[str, set[str]] = defaultdict(set)
        #: Sources that a document was written for; documents written in place of earlier ones;
        #: documents that were pruned.
        self._written: set[str] = set()
        self._rewritten: set[str] = set()
        self._removed: set[str] = set()
        #: For each source, how many documents got its name before their ids, and one of them.
        self._prefixed: dict[str, tuple[int, str, str]] = {}
        self._exists = functools.cache(os.path.exists)
        self._done = self._committed = 0
        self._total = 0

    def index(
        self,
        list_them: Callable[[Catalogue], Listing],
        *,
        prune: bool,
        confirmed: bool,
        workers: int,
    ) -> Report:
        try:
            with self._index.writer(workers=workers) as writer:
                self._catalogue = Catalogue(self._index.fingerprints(), self._is_foreign)
                self._listing = list_them(self._catalogue)
                self._bring_up_to_date(writer)
                if prune:
                    self._prune(writer, confirmed=confirmed)
                for source in self._report.sources:
                    self._record_place(source, writer)
        except KeyboardInterrupt:
            if not self._committed:
                raise
            raise KeyboardInterrupt(
                f"stopped; {self._committed:,} documents are committed and stay: "
                "the same command goes on where it was"
            ) from None
        self._tell_prefixed()
        self._remember()
        return self._report

    def _bring_up_to_date(self, writer: Writer) -> None:
        listing = self._listing
        self._report.sources = listing.sources
        self._report.skipped = listing.skipped
        for source, problem in listing.problems:
            self._problem(problem, source, problem.path)
        self._recall([*listing.sources, *listing.nested])
        to_read = [one for one in listing.entries.values() if not self._is_unchanged(one)]
        self._total = sum(entry.likely_count() for entry in to_read) if self._progress else 0
        for entry in to_read:
            self._read(entry, writer)
            if self._is_due():
                self._commit(writer)

    def _recall(self, sources: Iterable[Source]) -> None:
        """Read what was known of ``sources``."""
        self._foreign = self._index.document_count() > len(self._catalogue.known)
        self._before = {source.name: {} for source in sources}
        for known in self._catalogue.known.values():
            if known.source in self._before:
                self._before[known.source].setdefault(known.file_id, []).append(known)

    def _is_unchanged(self, entry: Entry) -> bool:
        """Whether the file is as it was; then its documents are, and count as seen."""
        documents = self._before[entry.source.name].get(entry.file_id)
        if not documents or not is_unchanged(entry.file, _latest(documents).file):
            return False
        for known in documents:
            self._taken[known.id] = known.path
        self._report.unchanged += len(documents)
        self._as_before[entry.source.name].add(entry.file_id)
        return True

    def _read(self, entry: Entry, writer: Writer) -> None:
        try:
            opened = OpenedFile(entry.file)
        except OSError as error:
            self._problem(unreadable(entry.file, error), entry.source, shown(entry.file.path))
            return
        with opened:
            self._read_opened(opened, entry, writer)

    def _read_opened(self, opened: OpenedFile, entry: Entry, writer: Writer) -> None:
        fingerprint = Fingerprint(entry.file.mtime_ns, entry.file.size, opened.hash)
        run = self._started
        # One document of every file read must carry its newest fingerprint, or the next run
        # would read the file again.
        is_owed = True
        last: tuple[Page, str] | None = None
        for page in self._reading.read(opened, entry.file):
            if isinstance(page, Problem):
                self._problem(page, entry.source, opened.name)
                continue
            self._report.warnings += [f"{page.path}: {warning}" for warning in page.warnings]
            own = entry.own_name(page)
            id_ = self._catalogue.id_of(entry.source, own)
            taken = self._taken_by(id_, entry)
            if taken is not None:
                reason = f"the id {page.id!r} is taken by {taken}; give it another"
                self._problem(Problem(page.path, page.line, reason), entry.source, opened.name)
                continue
            if id_ is None:
                id_ = self._new_id(entry.source, own, page.id)
            page = replace(page, id=id_, folder=entry.folder)
            if last is not None and self._is_due():
                # Until a later page says otherwise, this file is one to read again.
                unfinished = entry.known(page, own, UNFINISHED, run + 1)
                self._take(page, unfinished, writer, always=True)
                self._commit(writer)
                run += 2
                is_owed = True
            else:
                known = entry.known(page, own, fingerprint, run)
                self._take(page, known, writer, always=is_owed)
                is_owed = False
            last = page, own
            self._done += 1
            if self._progress:
                self._progress(self._done, max(self._total, self._done))
        if is_owed and last is not None:
            self._write(last[0], entry.known(*last, fingerprint, run), writer)

    def _is_due(self) -> bool:
        return time.monotonic() >= self._next_commit

    def _commit(self, writer: Writer) -> None:
        """Commit what was read so far: a run that is stopped loses no more than the rest."""
        writer.checkpoint()
        self._committed = self._report.added + self._report.replaced
        self._next_commit = time.monotonic() + self._commit_seconds

    def _taken_by(self, id_: str | None, entry: Entry) -> str | None:
        """Where else the source has a page of this id; None where it has moved from."""
        if id_ is None:
            return None
        if id_ in self._taken:
            return self._taken[id_]
        file_id = self._catalogue.known[id_].file_id
        if file_id == entry.file_id or (entry.source.name, file_id) in self._listing.entries:
            return None
        path = entry.source.file_at(file_id)
        return path if self._exists(path) else None

    def _take(self, page: Page, known: Known, writer: Writer, *, always: bool) -> None:
        """Add a page, if it is new or changed, or ``always``."""
        before = self._catalogue.known.get(page.id)
        self._taken[page.id] = page.path
        if before is None:
            self._report.added += 1
        elif before.content_hash != page.content_hash:
            self._report.replaced += 1
        else:
            self._report.unchanged += 1
            if before.file_id == known.file_id and not always:
                return
        if before is not None:
            self._rewritten.add(page.id)
        self._write(page, known, writer)

    def _write(self, page: Page, known: Known, writer: Writer) -> None:
        self._written.add(known.source)
        make = functools.partial(to_document, page, self._zone)
        writer.add_lazy(page.id, make, len(page.text), known.pack())

    def _new_id(self, source: Source, own: str, natural: str) -> str:
        id_ = self._catalogue.new_id(source, own, natural)
        if id_ != natural:
            count, *example = self._prefixed.get(source.name, (0, id_, natural))
            self._prefixed[source.name] = (count + 1, example[0], example[1])
        return id_

    def _prune(self, writer: Writer, *, confirmed: bool) -> None:
        """Delete what the paths gave before and no longer do."""
        scopes = self._listing.scopes
        if not confirmed:
            refuse_surprise(scopes, self._before, self._is_seen)
        gone = list(gone_documents(scopes, self._before, self._is_seen))
        writer.look_up(known.id for known in gone)
        for known in gone:
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
        if not self._listing.is_whole:
            return
        for source in set(self._listing.nested) - {scope.source for scope in scopes}:
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

    def _problem(self, problem: Problem, source: Source, path: str) -> None:
        """Report what was not read of ``source``; the file at ``path`` keeps its documents."""
        self._report.problems.append(str(problem))
        self._trouble.add(path)
        below = source.path_below(problem.path)
        self._unread[source.name].append(Unread(below, problem.line, problem.message))

    def _remember(self) -> None:
        """Have the history say what was not read."""
        if self._history is None:
            return
        for source, looked_at in self._listing.looked_at().items():
            self._history.visited(
                source,
                self._unread[source.name],
                looked_at=looked_at,
                unchanged=self._as_before[source.name],
            )
        self._history.save()


def _latest(documents: Iterable[Known]) -> Known:
    return max(documents, key=lambda known: known.run)
