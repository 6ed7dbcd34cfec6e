"""From an id to document numbers, through Whoosh's terms of the ordinary field ``id``.

The files are compared with their checksums when the first id is looked up, because a search needs
none. How they are read without running what lies in them is the business of ``plain_terms``.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from whoosh.codec.whoosh3 import W3Codec

from searchengine.backends.embedded.index.arrays.sections import (
    UNREADABLE,
    check_whole,
    damaged,
)
from searchengine.backends.embedded.index.commit.directory import Directory
from searchengine.backends.embedded.index.plain_terms import PlainTermsReader
from searchengine.backends.embedded.index.stored.document_codec import clean_id

FIELD = "id"


class Ids:
    """The ids of some segments, whose documents are counted through; safe for many threads."""

    def __init__(self, schema: Any, segments: Sequence[tuple[int, SegmentIds]]) -> None:
        """Look at ``segments``, each with the number of its first document."""
        self._field = schema[FIELD]
        self._segments = segments

    @classmethod
    def of(cls, storage: Directory, schema: Any, segments: Iterable[Any]) -> Ids:
        """Map the files of ``segments``; raises FileNotFoundError if one is missing."""
        found, base = [], 0
        for segment in segments:
            found.append((base, SegmentIds(storage, segment)))
            base += segment.doc_count_all()
        return cls(schema, found)

    def numbers(self, id_: str) -> list[int]:
        """Return the numbers of all documents with this id, deleted ones included.

        Raises :class:`IndexDamagedError` if a file is altered.
        """
        term = self._field.to_bytes(clean_id(id_))
        return [
            base + number
            for base, segment in self._segments
            for number in segment.numbers(term, self._field.format)
        ]


class SegmentIds:
    """The ids of one segment, whose documents are counted from 0; safe for many threads."""

    def __init__(self, storage: Directory, segment: Any) -> None:
        """Map the files of ``segment``; raises FileNotFoundError if one is missing."""
        names = [segment.make_filename(e) for e in (W3Codec.TERMS_EXT, W3Codec.POSTS_EXT)]
        self._files = [
            (storage.path(name), storage.open_file(name), segment.files[name]) for name in names
        ]
        self._codec = segment.codec()
        self._size = segment.doc_count_all()
        self._reader: Any = None
        self._lock = threading.Lock()

    def check_whole(self) -> None:
        """Raise :class:`IndexDamagedError` if a file has been cut since it was opened."""
        for path, file, _ in self._files:
            check_whole(file.buffer, path)

    def numbers(self, term: bytes, format_: Any) -> list[int]:
        """Return the numbers of the documents with the id that Whoosh writes as ``term``.

        Raises :class:`IndexDamagedError` if the files are not what Whoosh's writer makes.
        """
        # Whoosh's readers move about in their files.
        with self._lock:
            try:
                if self._reader is None:
                    self._reader = self._opened()
                if (FIELD, term) not in self._reader:
                    return []
                found = list(self._reader.matcher(FIELD, term, format_).all_ids())
                if not all(0 <= number < self._size for number in found):
                    raise ValueError("an id has a document that is not there")
                return found
            except UNREADABLE as error:
                raise damaged(self._files[0][0], error) from error

    def _opened(self) -> Any:
        for path, file, (_, checksum) in self._files:
            if zlib.crc32(file.buffer) != checksum:
                raise damaged(path, "its checksum does not fit")
        (_, terms, (size, _)), (_, postings, _) = self._files
        return PlainTermsReader(self._codec, terms, size, postings)
