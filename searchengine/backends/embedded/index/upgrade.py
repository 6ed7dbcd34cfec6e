"""Upgrading: an index of an earlier format, or cut by another segmenter, into one of today's.

Every document is indexed again from what is stored of it, so that whatever a newer format keeps
more of a text is made; a document keeps its metadata, its original, its fingerprint and its
place among the others, and deleted ones stay deleted. All happens beside the old index in its
directory; the rename of one file makes the new one the index, so that it is whole at any moment.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.index import _DEF_INDEX_NAME as NAME

from searchengine.backends.counts import Upgrade
from searchengine.backends.embedded.index.arrays.sections import damaged, reading
from searchengine.backends.embedded.index.codec import check_file, open_stored
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.commit.format5 import read_format5
from searchengine.backends.embedded.index.commit.manifest import STORED_EXTENSION, contents
from searchengine.backends.embedded.index.commit.storage import (
    STAMP_FILE,
    Index,
    check_format,
    clean,
    generations,
    index_exists,
    no_index,
    read_manifest,
    stamp_of,
    stamped_format,
)
from searchengine.backends.embedded.index.schema import (
    FIRST_MANIFESTS,
    FORMAT_VERSION,
    LAST_PICKLES,
    STAMP,
    make_schema,
)
from searchengine.backends.embedded.index.stored.reader import SERIES
from searchengine.backends.embedded.index.writer import DocumentWriter
from searchengine.backends.fields import DEFAULT_SETTINGS, IndexSettings
from searchengine.document import Document
from searchengine.document_json import document_of
from searchengine.errors import IndexNotFoundError

Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Old:
    """The last commit of the index as it was; ``names`` are files that must stay until the end."""

    generation: int
    segments: list[Any]
    names: frozenset[str]
    stamp: dict[str, Any]
    format: int = LAST_PICKLES
    settings: IndexSettings = DEFAULT_SETTINGS

    @property
    def documents(self) -> int:
        """How many documents it has, without deleted ones."""
        return sum(segment.doc_count() for segment in self.segments)


def upgrade_index(
    path: str | Path,
    *,
    workers: int = 1,
    progress: Advance | None = None,
    storage: type[Directory] = Directory,
    anew: bool = False,
) -> Upgrade:
    """Make the index in directory ``path`` one of the format that this program reads.

    One that is already is not touched, unless it is to be made ``anew``.
    ``workers`` processes share the work; ``progress`` is called with documents done and their
    number. Killed or failing at any moment, the index is the old one, whole, or the new one.
    Needs disk space for both. Raises :class:`IndexNotFoundError` without an index,
    :class:`IndexDamagedError` for one that cannot be read or is of a format that is too old,
    :class:`IndexLockedError` while somebody writes to it, and :class:`IndexWriteError` if the
    disk does not let it be written.
    """
    directory = Path(path)
    if not index_exists(directory):
        raise IndexNotFoundError(no_index(directory))
    before = stamped_format(directory)
    check_format(directory, before)
    index = _Rewritten(storage(str(directory)), before)
    index.read_toc()
    if (index.old.format, index.old.stamp) == (FORMAT_VERSION, STAMP) and not anew:
        if before != FORMAT_VERSION:
            # An upgrade was cut short between its manifest and the file that says so.
            index.storage.write_whole(STAMP_FILE, stamp_of(FORMAT_VERSION))
        return Upgrade(before, FORMAT_VERSION, index.old.documents, before != FORMAT_VERSION)
    with DocumentWriter(index, directory, workers) as writer:
        documents, done = index.old.documents, 0
        for make, fingerprint, id_, characters in _documents(index.storage, index.old):
            writer.add_lazy(id_, make, characters, fingerprint)
            done += 1
            if progress is not None:
                progress(done, documents)
        writer.take_vectors(index.old.segments)
        writer.commit(even_unchanged=True)
    return Upgrade(before, FORMAT_VERSION, done, changed=True)


class _Rewritten(Index):
    """The index as it is to be: begins empty, and is one only when the old one is not any more."""

    def __init__(self, storage: Directory, version: int) -> None:
        self.storage = storage
        self.indexname = NAME
        self._schema = None
        self._version = version
        self._committed = False

    def read_toc(self) -> Any:
        """Return an index without documents, whose last commit has the number of the old one."""
        # Read whenever it is asked for: the last time is when the writer's lock is taken.
        self.old = self.steadily(lambda: _read_old(self.storage, self._version))
        return contents(make_schema(), [], self.old.generation, self.old.settings)

    _read_toc = read_toc

    def latest_generation(self) -> int:
        """Return the number of the old index's last commit."""
        return _read_old(self.storage, self._version).generation

    def write_toc(self, toc: Any) -> None:
        """Put the manifest in place, then the file that says which format this directory is of."""
        super().write_toc(toc)
        if self._version != FORMAT_VERSION:
            self.storage.write_whole(STAMP_FILE, stamp_of(FORMAT_VERSION))
        self._committed = True

    def has_commit(self, generation: int) -> bool:
        """Return whether the new index has taken the place of the old one."""
        here = Path(self.storage.folder)
        return super().has_commit(generation) and (
            self._version >= FIRST_MANIFESTS or stamped_format(here) == FORMAT_VERSION
        )

    def clean(self, generation: int, segments: Any) -> None:
        """Delete what the index needs no more; nothing of the old one before the new one is there.

        Manifests beside an index of an earlier format are of an upgrade that was cut short.
        """
        if self._committed:
            super().clean(generation, segments)
            return
        old = self.old
        unfinished = generations(self.storage) if self._version < FIRST_MANIFESTS else []
        first = max(unfinished) + 1 if unfinished else old.generation
        clean(self.storage, first, old.segments, kept=old.names)


def _read_old(storage: Directory, version: int) -> _Old:
    if version >= FIRST_MANIFESTS:
        generation = (generations(storage) or [0])[-1]
        toc, stamp = read_manifest(storage, generation, FIRST_MANIFESTS)
        return _Old(generation, toc.segments, frozenset(), stamp, toc.format, toc.settings)
    generation, segments, name = read_format5(storage)
    return _Old(generation, segments, frozenset({name}), {})


def _documents(
    storage: Directory, old: _Old
) -> Iterator[tuple[Callable[[], Document], str, str, int]]:
    """Yield how to make each live document, its fingerprint, its id and its text's length.

    Raises :class:`IndexDamagedError` if a file is altered: damage must not get a new checksum.
    """
    for segment in old.segments:
        name = segment.make_filename(STORED_EXTENSION)
        try:
            stored = open_stored(storage, segment)
            check_file(storage, segment, name)
        except FileNotFoundError as error:
            raise damaged(storage.path(name), "it is missing") from error
        series = (stored.each(one) for one in SERIES)
        with reading(storage.path(name)):
            for number, (meta, text, original) in enumerate(zip(*series, strict=True)):
                if not segment.is_deleted(number):
                    yield _entry({**meta, **text, **original})


def _entry(fields: dict[str, str]) -> tuple[Callable[[], Document], str, str, int]:
    make = functools.partial(_document, fields["meta"], fields["text"], fields.get("original"))
    return make, fields.get("file", ""), json.loads(fields["meta"])["id"], len(fields["text"])


def _folder(id_: str, path: str) -> str:
    """The folder of a file whose documents are called by its path below their source."""
    for name in (id_, id_.rpartition("#")[0]):
        if name and path.endswith(f"/{name}"):
            return unicodedata.normalize("NFC", name.rpartition("/")[0])
    return ""


def _document(meta: str, text: str, original: str | None) -> Document:
    with reading("a stored document"):
        values = json.loads(meta)
        if "term" in values:  # As it was called in format 5.
            values["term_of_office"] = values.pop("term")
        if "folder" not in values:  # Before format 8.
            values["folder"] = _folder(values["id"], values["path"])
            kind = values["extra"].get("kind")
            if isinstance(kind, str):
                values["kind"] = values["extra"].pop("kind")
        return document_of(values, text, original)
