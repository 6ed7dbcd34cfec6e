"""Whoosh's files of ordinary fields, read without running what lies in them.

Whoosh unpickles parts of these files, and a pickle may name any function to call. Here only plain
data (numbers, strings, tuples, lists, dictionaries) is unpickled, which is all that Whoosh's writer
puts there for the fields of our schema; anything else is an error. Finding terms and reading
postings go on as Whoosh does them.
"""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterator
from typing import Any

from whoosh.codec.whoosh3 import W3FieldCursor, W3LeafMatcher, W3TermInfo, W3TermsReader
from whoosh.filedb.filetables import FileFormatError
from whoosh.reading import TermNotFound


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it names {module}.{name}, which is not plain data")


def load_plain(file: Any) -> Any:
    """Return the next pickled value of a file; raises UnpicklingError if it is not plain data."""
    return _PlainUnpickler(file).load()


class PlainTermsReader(W3TermsReader):  # type: ignore[misc]
    """Whoosh's reader of a segment's terms; its files must unpickle by :func:`load_plain`."""

    def __init__(self, codec: Any, terms: Any, size: int, postings: Any) -> None:
        """Read the head of the file ``terms``; raises ValueError for one of another kind."""
        try:
            super().__init__(codec, terms, size, postings)
        except FileFormatError as error:
            raise ValueError(str(error)) from error

    def items(self) -> Iterator[Any]:
        """Yield each term and its statistics."""
        return ((self._keydecoder(key), _term_info(value)) for key, value in self._tindex.items())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[Any]:
        """Yield the terms from ``prefix`` on and their statistics."""
        found = self._tindex.items_from(self._keycoder(fieldname, prefix))
        return ((self._keydecoder(key), _term_info(value)) for key, value in found)

    def term_info(self, fieldname: str, tbytes: bytes) -> W3TermInfo:
        """Return the statistics of a term; raises TermNotFound."""
        try:
            value = self._tindex[self._keycoder(fieldname, tbytes)]
        except KeyError as error:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}") from error
        return _term_info(value)

    def cursor(self, fieldname: str, fieldobj: Any) -> W3FieldCursor:
        """Return what walks through the terms of a field."""
        return _Cursor(self._tindex, fieldname, self._keycoder, self._keydecoder, fieldobj)


class PlainMatcher(W3LeafMatcher):  # type: ignore[misc]
    """Whoosh's matcher of a term's postings."""

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        self._data = load_plain(io.BytesIO(zlib.decompress(data) if self._compression else data))


class _Cursor(W3FieldCursor):  # type: ignore[misc]
    def term_info(self) -> W3TermInfo | None:
        if self._pos is None:
            return None
        return _term_info(self._tindex.dbfile.get(self._datapos, self._datalen))


def _term_info(value: bytes) -> W3TermInfo:
    # Whoosh would unpickle postings that lie beside a term; its writer puts none there.
    if value[:1] != b"\0":
        raise ValueError("postings lie beside a term")
    return W3TermInfo.from_bytes(value)
