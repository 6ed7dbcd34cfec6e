"""Reading: one committed state of the index as arrays, whatever writers do meanwhile.

Everything that ranking needs comes from here: postings, lengths, dates and facets by document
number, counted over live documents only, so that an index after deletions answers as one that
never held them. Document numbers run from 0 to ``size - 1`` and mean nothing outside.
"""

from __future__ import annotations

import json
import pickle
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from searchengine.errors import IndexDamagedError
from searchengine.index.records import clean_id, document_of
from searchengine.index.schema import FACETS, FACTS, NO_DAY, TERM_STREAMS
from searchengine.pages.document import Document

#: Postings of this many terms are kept as arrays.
CACHED_TERMS = 4096

#: What reading a damaged Whoosh file raises.
READ_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    struct.error,
    zlib.error,
    pickle.UnpicklingError,
    UnicodeError,
)


class Postings(NamedTuple):
    """The live documents that hold a term.

    ``docs``: int32[n], ascending; ``freqs``: int32[n], how often the term stands in each.
    """

    docs: NDArray[np.int32]
    freqs: NDArray[np.int32]


class Facet(NamedTuple):
    """``codes``: int32[size], an index into ``values``; ``values[0]`` is the empty string."""

    codes: NDArray[np.int32]
    values: list[str]


_NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.int32))


class Snapshot:
    """One generation of an index, safe for any number of reading threads."""

    def __init__(self, index: FileIndex) -> None:
        #: The commit that this is a view of, or the one just before it.
        self.generation: int = index.latest_generation()
        self._reader = index.reader()
        self._leaves: list[tuple[Any, int]] = (
            list(self._reader.leaf_readers()) if self._reader.doc_count_all() else []
        )
        self._lock = threading.RLock()
        self._cache: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._facets: dict[str, Facet] | None = None
        self.size: int = self._reader.doc_count_all()
        #: Which document numbers hold a document: bool[size].
        self.live: NDArray[np.bool_] = self._read_live()
        self.live_count = int(self.live.sum())
        self._facts = self._read_facts()

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    @property
    def segment_count(self) -> int:
        """How many segments the index has."""
        return len(self._leaves)

    def postings(self, stream: str, term: str) -> Postings:
        """Return the live documents that hold ``term`` in ``stream``; empty arrays if none do."""
        key = (stream, term)
        with self._lock:
            found = self._cache.get(key)
            if found is not None:
                self._cache.move_to_end(key)
                return found
            found = self._read_postings(stream, term)
            self._cache[key] = found
            if len(self._cache) > CACHED_TERMS:
                self._cache.popitem(last=False)
            return found

    def document_frequency(self, stream: str, term: str) -> int:
        """Return how many live documents hold ``term`` in ``stream``."""
        return len(self.postings(stream, term).docs)

    def lengths(self, stream: str) -> NDArray[np.int32]:
        """Return the number of tokens of each document in ``stream``: int32[size]."""
        return self._facts[stream]

    def average_length(self, stream: str) -> float:
        """Return the mean number of tokens of a live document in ``stream``."""
        if not self.live_count:
            return 0.0
        return float(self.lengths(stream)[self.live].mean())

    def days(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the first and last day of each document's date: int32[size] twice.

        Days since 1970-01-01, ``NO_DAY`` where a document has no date.
        """
        return self._facts["first_day"], self._facts["last_day"]

    def dated(self) -> NDArray[np.bool_]:
        """Return which live documents have a date: bool[size]."""
        dated: NDArray[np.bool_] = self.live & (self._facts["first_day"] != NO_DAY)
        return dated

    def facet(self, name: str) -> Facet:
        """Return a facet's value of each document (``place``, ``source``, ``author``, ``term``)."""
        with self._lock:
            if self._facets is None:
                self._facets = self._read_facets()
            return self._facets[name]

    def terms(self, stream: str, prefix: str = "") -> Iterator[str]:
        """Yield the terms of ``stream`` that begin with ``prefix``, in order of their bytes."""
        start = prefix.encode("utf-8", "replace")
        with self._lock:
            found = [text.decode("utf-8") for text in self._reader.expand_prefix(stream, start)]
        yield from found

    def numbers_of(self, id_: str) -> list[int]:
        """Return the document numbers with this id: one, or none."""
        with self._lock:
            if ("id", clean_id(id_)) not in self._reader:
                return []
            found = self._reader.postings("id", clean_id(id_)).all_ids()
            return [int(number) for number in found if self.live[number]]

    def document(self, number: int) -> Document:
        """Return a stored document.

        Raises :class:`IndexDamagedError` if it cannot be read back.
        """
        stored = self._stored(number)
        return document_of(json.loads(stored["meta"]), stored["text"], stored.get("original"))

    def meta(self, number: int) -> dict[str, Any]:
        """Return a stored document's metadata as JSON values."""
        meta: dict[str, Any] = json.loads(self._stored(number)["meta"])
        return meta

    def fingerprints(self) -> Iterator[bytes]:
        """Yield the fingerprint of each live document that was added with one."""
        for reader, base in self._leaves:
            column = reader.column_reader("file")
            for number in range(reader.doc_count_all()):
                if self.live[base + number] and column[number]:
                    yield bytes(column[number])

    def term_counts(self) -> dict[str, int]:
        """Return how many distinct terms each stream has."""
        with self._lock:
            return {s: sum(1 for _ in self._reader.lexicon(s)) for s in TERM_STREAMS}

    def _stored(self, number: int) -> dict[str, Any]:
        try:
            with self._lock:
                stored: dict[str, Any] = self._reader.stored_fields(number)
            if "meta" not in stored:
                raise ValueError("no metadata")
        except READ_ERRORS as error:
            raise IndexDamagedError(
                f"document number {number} cannot be read back ({error}): "
                "run 'searchengine verify', then index its page again"
            ) from error
        return stored

    def _read_postings(self, stream: str, term: str) -> Postings:
        docs: list[int] = []
        freqs: list[float] = []
        encoded = term.encode("utf-8", "replace")
        for reader, base in self._leaves:
            try:
                matcher = reader.postings(stream, encoded)
            except TermNotFound:
                continue
            while matcher.is_active():
                docs.append(base + matcher.id())
                freqs.append(matcher.weight())
                matcher.next()
        if not docs:
            return _NOTHING
        found = Postings(np.array(docs, np.int32), np.array(freqs, np.int32))
        if self.live_count == self.size:
            return found
        keep = self.live[found.docs]
        return Postings(found.docs[keep], found.freqs[keep])

    def _read_live(self) -> NDArray[np.bool_]:
        live = np.ones(self.size, np.bool_)
        for reader, base in self._leaves:
            for number in range(reader.doc_count_all()) if reader.has_deletions() else ():
                live[base + number] = not reader.is_deleted(number)
        return live

    def _read_facts(self) -> NDArray[Any]:
        raw = b"".join(
            bytes(record) for reader, _ in self._leaves for record in reader.column_reader("facts")
        )
        return np.frombuffer(raw, dtype=FACTS)

    def _read_facets(self) -> dict[str, Facet]:
        rows = [
            bytes(value).decode("utf-8").split("\x1f")
            for reader, _ in self._leaves
            for value in reader.column_reader("facets")
        ]
        facets = {}
        for position, name in enumerate(FACETS):
            numbers: dict[str, int] = {"": 0}
            codes = [numbers.setdefault(row[position], len(numbers)) for row in rows]
            facets[name] = Facet(np.array(codes, np.int32), list(numbers))
        return facets
