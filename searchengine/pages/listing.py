"""What a run is about: the files in and below the paths that were given, and whose each is.

Looks at names, sizes and times (``folders``), and asks the catalogue which source a path is, or is
a part of. Nothing here opens a file or writes.
"""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from searchengine.pages.fingerprint import Fingerprint
from searchengine.pages.folders import SourceFile, is_inside, list_files, shown
from searchengine.pages.page import Page, Problem
from searchengine.pages.pruning import Scope
from searchengine.pages.readers.records import count_records, is_record_file
from searchengine.pages.selection import Selection
from searchengine.pages.sources import Catalogue, Known, Source


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a source, which is ``file_id`` there, as the system writes its name.

    ``file.id`` is what its page is called, with letters and marks together.
    """

    source: Source
    file_id: str
    file: SourceFile

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other file of a run."""
        return self.source.name, self.file_id

    @property
    def folder(self) -> str:
        """The folder below its source in which it lies."""
        return unicodedata.normalize("NFC", self.file_id.rpartition("/")[0])

    def own_name(self, page: Page) -> str:
        """Return what the source calls a page of the file.

        As its file, whose name is left out where that is the source. A record's own id is its
        name.
        """
        part = page.id.removeprefix(self.file.id)
        if part != page.id and part[:1] in ("", "#", "!"):
            return self.file_id + part
        return page.id

    def known(self, page: Page, own: str, fingerprint: Fingerprint, run: int) -> Known:
        """Return what an index is to remember of a page of the file."""
        return Known(
            id=page.id,
            content_hash=page.content_hash,
            path=shown(self.file.path),
            file_id=self.file_id,
            file=fingerprint,
            run=run,
            source=self.source.name,
            own=own,
        )

    def likely_count(self) -> int:
        """Return how many documents the file is likely to hold.

        A line each of a record file, else one.
        """
        return count_records(self.file) if is_record_file(self.file) else 1


class Listing:
    """The files of some paths, in order, each once, and what the paths stand for."""

    def __init__(
        self,
        catalogue: Catalogue,
        paths: Iterable[str],
        name: str | None,
        *,
        exclude: Sequence[str],
        selection: Selection,
        only: Collection[str] | None,
    ) -> None:
        """List what is in and below ``paths``; the others are as in ``index_paths``.

        Raises :class:`InputError` for a ``name`` that cannot be that of the path.
        """
        self._catalogue = catalogue
        #: Whether all that lies in the paths was listed, and not only some of it.
        self.is_whole = only is None
        self.scopes: list[Scope] = []
        self.entries: dict[tuple[str, str], Entry] = {}
        #: Sources that were named, and others that lie below the paths.
        self.sources: list[Source] = []
        self.nested: list[Source] = []
        self.problems: list[tuple[Source, Problem]] = []
        #: How many files and folders were left out of each kind that is no document.
        self.skipped: dict[str, int] = {}
        for asked in paths:
            path = self._as_known(asked)
            given = shown(path)
            source = catalogue.resolve(given, name)
            nested = catalogue.below(given)
            self.nested += nested
            # Named below what was asked for; looked for below what the index knows it as.
            parts = None
            if only is not None:
                parts = [path + one[len(asked) :] for one in only if is_inside(one, asked)]
            self.scopes += self._scopes(source, given, selection, parts)
            files = list_files(
                path,
                exclude=exclude,
                selection=selection,
                top=source.place,
                only=parts,
                skipped=self.skipped,
            )
            for file in files:
                place = shown(file.path)
                owner = (catalogue.owner(place) if nested else None) or source
                if isinstance(file, Problem):
                    self.problems.append((owner, file))
                    continue
                entry = _entry(owner, place, file)
                self.entries.setdefault(entry.key, entry)
            self.sources.append(source)
        self.sources = list(dict.fromkeys(self.sources))

    def looked_at(self) -> dict[Source, list[str]]:
        """Return which parts of each source were listed; an empty one is all of it."""
        parts: dict[Source, list[str]] = defaultdict(list)
        for scope in self.scopes:
            parts[scope.source].append(scope.below)
        for source in self.nested if self.is_whole else ():
            parts[source].append("")
        return parts

    def _scopes(
        self, source: Source, given: str, selection: Selection, parts: Collection[str] | None
    ) -> Iterator[Scope]:
        """What pruning may look at: all that the path gave, or some ``parts`` of it."""
        for part in [given] if parts is None else map(shown, parts):
            owner = (self._catalogue.owner(part) if parts is not None else None) or source

            def is_asked_for(file_id: str, owner: Source = owner) -> bool:
                return selection.asks_for(owner.file_at(file_id)[len(given) :].lstrip("/"))

            yield Scope(owner, owner.path_below(part), is_asked_for)

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


def _entry(source: Source, place: str, file: SourceFile) -> Entry:
    file_id = source.path_below(place)
    natural = unicodedata.normalize("NFC", file_id or os.path.basename(place))
    return Entry(source, file_id, file if file.id == natural else replace(file, id=natural))
