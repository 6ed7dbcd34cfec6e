"""Reading: one committed state of the index as arrays, whatever writers do meanwhile.

Everything that ranking needs comes from here: postings, lengths, dates and facets by document
number, counted over live documents only, so that an index after deletions answers as one that
never held them. Document numbers run from 0 to ``size - 1`` and mean nothing outside.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import Cache, CacheBudget
from searchengine.backends.embedded.index.arrays.sections import UNREADABLE, damaged
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.arrays.streams import State, Streams, shared_end
from searchengine.backends.embedded.index.codec import live_of, open_stored, open_streams
from searchengine.backends.embedded.index.commit.storage import Index, check_sizes
from searchengine.backends.embedded.index.doc_groups import NO_GROUPS, Groups, Names
from searchengine.backends.embedded.index.ids import Ids, SegmentIds
from searchengine.backends.embedded.index.schema import (
    FIRST_DAY,
    LAST_DAY,
    NO_DAY,
    WHOLE,
    stream_of,
)
from searchengine.backends.embedded.index.stored.reader import StoredReader
from searchengine.backends.embedded.index.vectors.segment import SegmentVectors, open_vectors
from searchengine.backends.fields import TERM_STREAMS, FieldTable, IndexSettings
from searchengine.backends.vectors.passages import PassageVectors, VectorModel
from searchengine.document import Document
from searchengine.document_json import document_of
from searchengine.errors import IndexDamagedError, InputError

#: What reading altered bytes may raise.
READ_ERRORS = (OSError, *UNREADABLE)


class Facet(NamedTuple):
    """The documents of each value, of one ``state`` of the index.

    The codes of ``groups`` are numbers of ``names``, among which may be some that no document has.
    """

    state: State
    groups: Groups
    names: Names


class Opened(NamedTuple):
    """The open files of a segment, and which documents there are: bool[size], None for all."""

    streams: Segment
    stored: StoredReader
    ids: SegmentIds
    live: NDArray[np.bool_] | None
    vectors: SegmentVectors | None


class Snapshot(Streams):
    """One generation of an index, safe for any number of reading threads."""

    def __init__(
        self, index: Index, before: Snapshot | None = None, budget: CacheBudget | None = None
    ) -> None:
        """Open the last commit; files that ``before`` has open are not opened again.

        What is kept between searches stays within ``budget``, or else that of ``before``.
        Raises :class:`IndexDamagedError` if it cannot be opened, FileNotFoundError if another
        commit took a file away meanwhile: open with ``index.steadily``.
        """
        toc = index.read_toc()
        #: The number of the commit that this is a view of, and what tells it from a namesake.
        self.generation: int = toc.generation
        self.mark = index.mark(toc.generation)
        for segment in toc.segments:
            check_sizes(index.storage, segment)
        if budget is None:
            budget = CacheBudget() if before is None else before.budget
        #: What all that is kept for searches of this snapshot is counted in.
        self.budget: CacheBudget = budget
        known = {} if before is None else before.opened
        #: The open files of each segment, by its name.
        self.opened: dict[str, Opened] = {
            one.segid: _opened(index, one, known.get(one.segid), budget) for one in toc.segments
        }
        opened = list(self.opened.values())
        self._stored = [one.stored for one in opened]
        for segment, one in zip(toc.segments, opened, strict=True):
            counts = {segment.doc_count_all(), one.streams.size, one.stored.size}
            if len(counts) > 1:
                raise damaged(one.streams.name, f"its files count {sorted(counts)} documents")
        #: The vectors of each segment, None for one without.
        self.segment_vectors = [one.vectors for one in opened]
        super().__init__([one.streams for one in opened], [one.live for one in opened])
        ids = [one.ids for one in opened]
        self._ids = Ids(toc.schema, list(zip(self._bases, ids, strict=True)))
        self.settings: IndexSettings = toc.settings
        #: The metadata fields of the index.
        self.fields: FieldTable = FieldTable(toc.settings.fields)
        self._columns: Cache[str, NDArray[np.float64]] = Cache(budget, "facets")
        self._lock = threading.RLock()
        self._facets: Cache[str, Facet] = (
            Cache(budget, "facets") if before is None else before._facets
        )
        budget.pin("documents", self.live)
        days = (budget.pin("documents", self.column(name)) for name in (FIRST_DAY, LAST_DAY))
        self._days = next(days), next(days)
        #: What number the whole has that each document is a part of, 0 for none: uint64[size].
        self.wholes: NDArray[np.uint64] = budget.pin("documents", self.column(WHOLE))

    @property
    def segments(self) -> list[Segment]:
        """The token streams of each segment."""
        return self._segments

    @property
    def bases(self) -> list[int]:
        """The number of the first document of each segment."""
        return self._bases

    @property
    def stored(self) -> list[StoredReader]:
        """The stored documents of each segment."""
        return self._stored

    def check_whole(self) -> None:
        """Raise :class:`IndexDamagedError` if a file has been cut since it was opened.

        Reading behind its end would end the process. Costs a microsecond a file.
        """
        for one in self.opened.values():
            one.streams.sections.check_whole()
            one.stored.check_whole()
            one.ids.check_whole()
            for file in one.vectors.files if one.vectors else ():
                file.check_whole()

    def days(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the first and last day of each document's date: int32[size] twice.

        Days since 1970-01-01, ``NO_DAY`` where a document has no date.
        """
        return self._days

    def dated(self) -> NDArray[np.bool_]:
        """Return which live documents have a date: bool[size]."""
        dated: NDArray[np.bool_] = self.live & (self._days[0] != NO_DAY)
        return dated

    def facet(self, name: str) -> Facet:
        """Return the documents by their value (``place``, ``term_of_office`` …).

        Raises :class:`InputError` for a field that the index does not have.
        """
        name = self.fields.get(name).name
        with self._lock:
            found = self._facets.get(name)
            if found is None or found.state != self.state:
                found = self._facet(name, found)
                self._facets.put(name, found)
            return found

    def _facet(self, name: str, before: Facet | None) -> Facet:
        """A facet, of which only the segments are read that came after ``before``."""
        _, groups, names = before or (None, NO_GROUPS, Names())
        end = shared_end(before.state, self.state) if before else 0
        docs, codes = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        stream = stream_of(name)
        for segment, base in zip(self._segments, self._bases, strict=True):
            values = [value for value, _ in segment.terms(stream)] if base >= end else []
            if values:
                chunk = segment.stream(stream).chunk(0, len(values))
                docs.append(chunk.docs + np.int32(base))
                codes.append(np.repeat(np.array(names.numbers(values), np.int32), chunk.counts))
        groups = groups.extended(end, np.concatenate(docs), np.concatenate(codes))
        return Facet(self.state, groups, names)

    def field_numbers(self, name: str) -> NDArray[np.float64]:
        """Return each document's number, or day, in a field: float64[size], NaN where it has none.

        Raises :class:`InputError` for a field that the index does not have, or of another kind.
        """
        field = self.fields.get(name)
        if field.kind == "keyword":
            raise InputError(f"{name!r} is a keyword: it has no range; filter it by its value")
        found = self._columns.get(name)
        if found is None:
            found = np.concatenate(
                [np.empty(0), *(one.column(stream_of(name)) for one in self._segments)]
            )
            self._columns.put(name, found)
        return found

    def numbers_of(self, id_: str) -> list[int]:
        """Return the document numbers with this id: one, or none.

        Raises :class:`IndexDamagedError` if the files of ids are altered.
        """
        return [number for number in self._ids.numbers(id_) if self.live[number]]

    def document(self, number: int, *, original: bool = True, text: bool = True) -> Document:
        """Return a stored document; without ``original`` and ``text`` only what else there is.

        Raises :class:`IndexDamagedError` if it cannot be read back.
        """
        series = [name for name, read in (("text", text), ("original", original)) if read]
        return _document(number, self._fields(number, "meta", *series), text=text)

    def entry(self, number: int) -> tuple[Document, str]:
        """Return a stored document with its fingerprint, empty where it has none.

        Raises as :meth:`document` does.
        """
        fields = self._fields(number, "meta", "text", "original")
        return _document(number, fields, text=True), fields.get("file", "")

    def text(self, number: int) -> str:
        """Return a stored document's text alone; raises as :meth:`document` does."""
        return self._field(number, "text")

    def title(self, number: int) -> str:
        """Return a stored document's title alone; raises as :meth:`document` does."""
        meta = self._field(number, "meta")
        try:
            return str(json.loads(meta)["title"])
        except READ_ERRORS as error:
            raise _unreadable(number, error) from error

    @cached_property
    def with_vectors(self) -> int:
        """How many live documents have vectors."""
        return sum(
            int(np.count_nonzero(self.live[base + file.docs.astype(np.int64)]))
            for base, vectors in zip(self._bases, self.segment_vectors, strict=True)
            if vectors is not None
            for file in vectors.files
        )

    @cached_property
    def vector_model(self) -> VectorModel | None:
        """What made the vectors of the live documents; None if none has any.

        Raises :class:`IndexDamagedError` if several did.
        """
        models = set().union(*(one.models for one in self.segment_vectors if one))
        if len(models) > 1:
            raise damaged(self.segments[0].name, f"its vectors are of {len(models)} models")
        return next(iter(models), None) if models and self.with_vectors else None

    def vectors(self, number: int) -> PassageVectors | None:
        """Return the vectors of a document; None if it has none."""
        place = bisect_right(self._bases, number) - 1
        vectors = self.segment_vectors[place]
        return None if vectors is None else vectors.vectors(number - self._bases[place])

    def _field(self, number: int, name: str) -> str:
        """The field ``name`` of the series of the same name."""
        try:
            return self._fields(number, name)[name]
        except KeyError as error:
            raise _unreadable(number, error) from error

    def _fields(self, number: int, *series: str) -> dict[str, str]:
        place = bisect_right(self._bases, number) - 1
        try:
            return self._stored[place].fields(number - self._bases[place], *series)
        except READ_ERRORS as error:
            raise _unreadable(number, error) from error

    def fingerprints(self) -> Iterator[str]:
        """Yield the fingerprint of each live document that was added with one."""
        for base, stored in zip(self._bases, self._stored, strict=True):
            for number, fields in enumerate(stored.each("meta"), base):
                if "file" in fields and self.live[number]:
                    yield fields["file"]

    @cached_property
    def term_counts(self) -> Mapping[str, int]:
        """How many distinct terms each stream has; counting takes seconds in a large index."""
        return dict(zip(TERM_STREAMS, self.distinct_terms(TERM_STREAMS), strict=True))


def _document(number: int, fields: Mapping[str, str], *, text: bool) -> Document:
    """The document of what is stored of it; without ``text`` its text was not read."""
    try:
        whole = fields["text"] if text else ""
        return document_of(json.loads(fields["meta"]), whole, fields.get("original"))
    except READ_ERRORS as error:
        raise _unreadable(number, error) from error


def _opened(index: Index, segment: Any, known: Opened | None, budget: CacheBudget) -> Opened:
    """The files of a segment, those ``known`` from an earlier commit if there are any."""
    if known is None:
        return Opened(
            open_streams(index.storage, segment, budget),
            open_stored(index.storage, segment, budget),
            SegmentIds(index.storage, segment),
            _live(segment, budget),
            open_vectors(index.storage, segment),
        )
    known = known._replace(vectors=open_vectors(index.storage, segment, known.vectors))
    # Deleted documents do not come back.
    before = 0 if known.live is None else int(np.count_nonzero(~known.live))
    if before == segment.deleted_count():
        return known
    return known._replace(live=_live(segment, budget))


def _live(segment: Any, budget: CacheBudget) -> NDArray[np.bool_] | None:
    live = live_of(segment)
    return None if live is None else budget.pin("documents", live)


def _unreadable(number: int, error: Exception) -> IndexDamagedError:
    return IndexDamagedError(
        f"document number {number} cannot be read back ({error}): "
        "run 'searchengine verify', then index its page again"
    )
