"""Reading: one committed state of the index as arrays, whatever writers do meanwhile.

Everything that ranking needs comes from here: postings, lengths, dates and facets by document
number, counted over live documents only, so that an index after deletions answers as one that
never held them. Document numbers run from 0 to ``size - 1`` and mean nothing outside.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import IndexDamagedError
from searchengine.index.arrays.sections import damaged
from searchengine.index.arrays.segment import Segment
from searchengine.index.arrays.streams import Streams
from searchengine.index.codec import live_of, open_stored, open_streams
from searchengine.index.ids import Ids
from searchengine.index.records import document_of
from searchengine.index.schema import FACETS, FIRST_DAY, LAST_DAY, NO_DAY, TERM_STREAMS
from searchengine.index.storage import Index, check_sizes
from searchengine.index.stored import StoredReader
from searchengine.pages.document import Document

#: What reading altered bytes may raise.
READ_ERRORS = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


class Facet(NamedTuple):
    """``codes``: int32[size], an index into ``values``; ``values[0]`` is the empty string.

    Among the values may be some that only deleted documents had.
    """

    codes: NDArray[np.int32]
    values: list[str]


class Snapshot(Streams):
    """One generation of an index, safe for any number of reading threads."""

    def __init__(self, index: Index, before: Snapshot | None = None) -> None:
        """Open the last commit; files that ``before`` has open are not opened again.

        Raises :class:`IndexDamagedError` if it cannot be opened, FileNotFoundError if another
        commit took a file away meanwhile: open with ``index.steadily``.
        """
        toc = index.read_toc()
        #: The number of the commit that this is a view of, and what tells it from a namesake.
        self.generation: int = toc.generation
        self.mark = index.mark(toc.generation)
        for segment in toc.segments:
            check_sizes(index.storage, segment)
        self._ids = Ids(index.storage, toc.schema, toc.segments)
        opened = {} if before is None else before.opened
        #: The open files of each segment, by its name.
        self.opened: dict[str, tuple[Segment, StoredReader]] = {
            one.segid: opened.get(one.segid)
            or (open_streams(index.storage, one), open_stored(index.storage, one))
            for one in toc.segments
        }
        streams = [streams for streams, _ in self.opened.values()]
        self._stored = [stored for _, stored in self.opened.values()]
        for segment, stream, stored in zip(toc.segments, streams, self._stored, strict=True):
            counts = {segment.doc_count_all(), stream.size, stored.size}
            if len(counts) > 1:
                raise damaged(stream.name, f"its files count {sorted(counts)} documents")
        super().__init__(streams, [live_of(segment) for segment in toc.segments])
        self._lock = threading.RLock()
        self._facets: dict[str, Facet] = {}
        self._days = self.column(FIRST_DAY), self.column(LAST_DAY)

    @property
    def segments(self) -> list[Segment]:
        """The token streams of each segment."""
        return self._segments

    @property
    def stored(self) -> list[StoredReader]:
        """The stored documents of each segment."""
        return self._stored

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
        """Return a facet's value of each document (``place``, ``source``, ``author``, ``term``)."""
        if name not in FACETS:
            raise KeyError(name)
        with self._lock:
            found = self._facets.get(name)
            if found is None:
                codes, numbers = np.zeros(self.size, np.int32), {"": 0}
                for segment, base in zip(self._segments, self._bases, strict=True):
                    values = [value for value, _ in segment.terms(name)]
                    if values:
                        chunk = segment.stream(name).chunk(0, len(values))
                        own = [numbers.setdefault(value, len(numbers)) for value in values]
                        codes[base + chunk.docs] = np.repeat(own, chunk.counts)
                codes[~self.live] = 0
                found = self._facets[name] = Facet(codes, list(numbers))
            return found

    def numbers_of(self, id_: str) -> list[int]:
        """Return the document numbers with this id: one, or none.

        Raises :class:`IndexDamagedError` if the files of ids are altered.
        """
        return [number for number in self._ids.numbers(id_) if self.live[number]]

    def document(self, number: int) -> Document:
        """Return a stored document.

        Raises :class:`IndexDamagedError` if it cannot be read back.
        """
        fields = self._fields(number)
        try:
            return document_of(json.loads(fields["meta"]), fields["text"], fields.get("original"))
        except READ_ERRORS as error:
            raise _unreadable(number, error) from error

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

    def term_counts(self) -> dict[str, int]:
        """Return how many distinct terms each stream has."""
        return dict(zip(TERM_STREAMS, self.distinct_terms(TERM_STREAMS), strict=True))


def _unreadable(number: int, error: Exception) -> IndexDamagedError:
    return IndexDamagedError(
        f"document number {number} cannot be read back ({error}): "
        "run 'searchengine verify', then index its page again"
    )
