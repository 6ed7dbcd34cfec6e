"""Stored documents: reading a segment's metadata and texts from compressed blocks.

Three series of records lie in one file: small ones (metadata and where a page came from), which
are read often and all through, texts, and pages as they were before trimming, which are seldom
read. A block holds neighbouring documents, packed with a dictionary of what the texts of the
segment have in common, so that it can be as small as one page. Writing is :mod:`writer`'s business.
"""

from __future__ import annotations

import struct
import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, cast

import zstandard

from searchengine.backends.embedded.cache_budget import (
    Cache,
    CacheBudget,
    cached_method,
)
from searchengine.backends.embedded.index.arrays.sections import SectionReader, damaged, reading
from searchengine.errors import IndexWriteError

#: Unpacked blocks that a reader keeps of each series; each hit and each completion reads metadata.
CACHED_BLOCKS: Mapping[str, int] = {"meta": 4096, "text": 512, "original": 16}
#: Which fields lie in which series.
SERIES: Mapping[str, tuple[str, ...]] = {
    "meta": ("meta", "file"),
    "text": ("text",),
    "original": ("original",),
}
#: A record says the length of a field in 32 bits with a sign, and a block where records end in 32
#: bits: a block has fields of less than a block's bytes beside the two that end it.
MOST_BYTES = (1 << 30) - 1
#: Bytes of a number in a tuple.
_END_BYTES = 36
#: The length of a field that a document does not have.
_MISSING = -1


class Part(NamedTuple):
    """Neighbouring blocks ``first`` to ``last`` that are packed with the same dictionary.

    ``size``: bytes of the records in them. Without a dictionary it is empty.
    """

    first: int
    last: int
    size: int
    dictionary: bytes


class StoredReader:
    """The stored documents of one segment; safe for any number of threads."""

    def __init__(self, data: Any, name: str, budget: CacheBudget | None = None) -> None:
        """Open ``data`` (bytes or memory map), called ``name`` in error messages.

        Unpacked blocks are kept within ``budget``, one of its own if none is given.
        """
        self._sections = SectionReader(data, name)
        budget = budget or CacheBudget()
        with reading(name):
            self.size = int(self._sections.facts["documents"])
            self._series = {
                series: SeriesReader(self._sections, series, budget) for series in SERIES
            }

    def check_whole(self) -> None:
        """Raise :class:`IndexDamagedError` if the file has been cut since it was opened."""
        self._sections.check_whole()

    def series(self, name: str) -> SeriesReader:
        """Return one series of records."""
        return self._series[name]

    def fields(self, number: int, *series: str) -> dict[str, str]:
        """Return the fields of a document that the named ``series`` (all if none) hold.

        Raises :class:`IndexDamagedError` if they cannot be read back.
        """
        found: dict[str, str] = {}
        for name in series or SERIES:
            unpack_record(self._series[name].record(number), SERIES[name], found)
        return found

    def each(self, series: str) -> Iterator[dict[str, str]]:
        """Yield the fields of one series of every document, in order."""
        reader = self._series[series]
        for block in range(reader.block_count):
            for record in reader.records(block):
                yield unpack_record(record, SERIES[series], {})

    def verify(self) -> None:
        """Read every byte; raises :class:`IndexDamagedError` naming what is altered."""
        self._sections.verify()


def pack_record(values: Sequence[str | None]) -> bytes:
    """Return the record of a document's fields in one series.

    Raises :class:`IndexWriteError` for a field that is too long.
    """
    packed = [None if one is None else one.encode("utf-8", "surrogatepass") for one in values]
    if any(one is not None and len(one) > MOST_BYTES for one in packed):
        raise IndexWriteError(
            f"a document has a field of more than {MOST_BYTES:,} bytes: split it into several"
        )
    lengths = [_MISSING if one is None else len(one) for one in packed]
    return struct.pack(f"<{len(lengths)}i", *lengths) + b"".join(one or b"" for one in packed)


def unpack_record(record: bytes, names: Sequence[str], found: dict[str, str]) -> dict[str, str]:
    """Add the fields of a record to ``found``, those that the document has, and return it.

    Raises ValueError or struct.error for what is no record.
    """
    lengths = struct.unpack_from(f"<{len(names)}i", record)
    at = 4 * len(lengths)
    for name, length in zip(names, lengths, strict=True):
        if length != _MISSING:
            found[name] = record[at : at + length].decode("utf-8", "surrogatepass")
            at += length
    if at != len(record):
        raise ValueError("a record has another length")
    return found


class SeriesReader:
    """One series of records."""

    def __init__(self, sections: SectionReader, name: str, budget: CacheBudget) -> None:
        self._name = sections.name
        self._series = name
        self._sections = sections
        self._blocks = sections.array(f"{name}/blocks")
        self._ends = cast("Sequence[int]", sections.array(f"{name}/ends").data)
        self._documents = cast("Sequence[int]", sections.array(f"{name}/documents").data)
        blocks: Cache[Any, _Records] = Cache(budget, "stored", CACHED_BLOCKS[name])
        self.records = cached_method(self._unpacked, blocks)
        self._own = threading.local()

    @property
    def block_count(self) -> int:
        """How many blocks there are."""
        return len(self._ends)

    @cached_property
    def parts(self) -> list[Part]:
        """The blocks by their dictionaries; raises :class:`IndexDamagedError` if altered."""
        # Another dictionary would unpack another text.
        rows = self._sections.checked_array(f"{self._series}/parts").reshape(-1, 3).tolist()
        dictionaries = self._sections.checked_array(f"{self._series}/dictionaries").tobytes()
        lasts = [first for first, _, _ in rows[1:]] + [self.block_count]
        starts = [0, *(end for _, _, end in rows)]
        return [
            Part(first, last, size, dictionaries[start:end])
            for (first, size, end), last, start in zip(rows, lasts, starts, strict=False)
        ]

    def documents_of(self, block: int) -> tuple[int, int]:
        """First document of a block, and the one after its last."""
        return (self._documents[block - 1] if block else 0), self._documents[block]

    def packed(self, block: int) -> bytes:
        """A block as it lies in the file."""
        start = self._ends[block - 1] if block else 0
        return self._blocks[start : self._ends[block]].tobytes()

    def record(self, number: int) -> bytes:
        """The record of a document."""
        block = bisect_right(self._documents, number)
        try:
            return self.records(block)[number - self.documents_of(block)[0]]
        except IndexError as error:
            raise damaged(self._name, f"document {number} is not in it") from error

    def _unpacked(self, block: int) -> _Records:
        try:
            raw = self._unpacker(block).decompress(self.packed(block))
            count = int.from_bytes(raw[:4], "little")
            ends = struct.unpack_from(f"<{count}I", raw, 4)
            records = _Records(raw, ends, 4 * (count + 1))
            if not count or records.end != len(raw):
                raise ValueError("a block has another length")
        except (zstandard.ZstdError, ValueError, struct.error) as error:
            raise damaged(self._name, error) from error
        return records

    def _unpacker(self, block: int) -> zstandard.ZstdDecompressor:
        """What unpacks a block in this thread.

        A new one for every block costs half as much as unpacking it.
        """
        own: list[tuple[int, zstandard.ZstdDecompressor]] | None
        own = getattr(self._own, "unpackers", None)
        if own is None:
            own = self._own.unpackers = [
                (part.last, _unpacker(dictionary))
                for part, dictionary in zip(self.parts, self._dictionaries, strict=True)
            ]
        for last, unpacker in own:
            if block < last:
                return unpacker
        raise ValueError("a block has no dictionary")

    @cached_property
    def _dictionaries(self) -> list[zstandard.ZstdCompressionDict | None]:
        # Threads share these: they are 100 kB, and more when they are made ready.
        return [
            zstandard.ZstdCompressionDict(part.dictionary) if part.dictionary else None
            for part in self.parts
        ]


def _unpacker(dictionary: zstandard.ZstdCompressionDict | None) -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor(dict_data=dictionary)


class _Records:
    """The records of an unpacked block; each is copied only when it is asked for."""

    __slots__ = ("_ends", "_raw", "_start", "end")

    def __init__(self, raw: bytes, ends: Sequence[int], start: int) -> None:
        """``ends`` of the records are counted from ``start`` in ``raw``."""
        self._raw = raw
        self._ends = ends
        self._start = start
        #: Where the last record ends.
        self.end = start + (ends[-1] if ends else 0)

    def __getitem__(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        return self._raw[self._start + start : self._start + self._ends[place]]

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self._ends)))

    @property
    def nbytes(self) -> int:
        """How many bytes they take, unpacked."""
        return len(self._raw) + _END_BYTES * len(self._ends)
