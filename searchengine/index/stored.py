"""Stored documents: metadata and texts of a segment in compressed blocks.

Two series of records lie in one file: small ones (metadata and where a page came from), which are
read often and all through, and large ones (texts). A block holds neighbouring documents, so that
they compress together; merging copies whole blocks and unpacks only those that lost a document.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

import numpy as np
import zstandard
from numpy.typing import NDArray

from searchengine.index.arrays.sections import SectionReader, SectionWriter, Sink, damaged
from searchengine.remember import remembered

#: A block closes at this many bytes. Measured on news: blocks of 32 KiB take 0.34 of the text's
#: bytes and 40 µs to unpack, 8 KiB 0.38 and 16 µs, 64 KiB 0.33 and 130 µs.
BLOCK_BYTES = 32 << 10
#: zstandard's level. Measured on news: level 3 takes 0.365 of the text at 212 MB/s, level 6 0.343
#: at 74 MB/s, level 9 0.340 at 47 MB/s.
LEVEL = 6
#: Unpacked blocks that a reader keeps of each series; each hit and each completion reads metadata.
CACHED_BLOCKS: Mapping[str, int] = {"meta": 512, "text": 128}
#: Which fields lie in which series.
SERIES: Mapping[str, tuple[str, ...]] = {"meta": ("meta", "file"), "text": ("text", "original")}


class StoredWriter:
    """Collects documents in order and writes them as one file."""

    def __init__(self, temporary: Callable[[], BinaryIO]) -> None:
        self._series = {name: _SeriesWriter(temporary()) for name in SERIES}
        #: Documents so far.
        self.size = 0

    def add(self, fields: Mapping[str, str]) -> None:
        """Add a document's fields."""
        for name, members in SERIES.items():
            values = [fields.get(member) for member in members]
            packed = json.dumps(values, ensure_ascii=False)
            self._series[name].add(packed.encode("utf-8", "surrogatepass"))
        self.size += 1

    def append(self, other: StoredReader, live: NDArray[np.bool_] | None) -> None:
        """Add the documents of a segment; of those that ``live`` (bool[size]) marks if given."""
        for name, series in self._series.items():
            series.append(other.series(name), live)
        self.size += other.size if live is None else int(live.sum())

    def write(self, sink: Sink) -> None:
        """Write everything and let go of the temporary files."""
        sections = SectionWriter(sink)
        for name, series in self._series.items():
            series.write(sections, name)
        sections.finish({"documents": self.size})
        self.close()

    def close(self) -> None:
        """Forget everything."""
        for series in self._series.values():
            series.close()


class _SeriesWriter:
    """Blocks of records, packed as they fill, in a temporary file until they are written."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        self._packer = zstandard.ZstdCompressor(level=LEVEL)
        self._records: list[bytes] = []
        self._bytes = 0
        self._block_ends: list[int] = []
        self._block_documents: list[int] = []
        self._at = 0

    def add(self, record: bytes) -> None:
        self._records.append(record)
        self._bytes += len(record)
        if self._bytes >= BLOCK_BYTES:
            self._close_block()

    def append(self, other: _SeriesReader, live: NDArray[np.bool_] | None) -> None:
        self._close_block()
        for block in range(other.block_count):
            start, end = other.documents_of(block)
            if live is None or live[start:end].all():
                self._put(other.packed(block), end - start)
            elif live[start:end].any():
                for record, kept in zip(other.records(block), live[start:end], strict=True):
                    if kept:
                        self.add(record)
                self._close_block()

    def write(self, sections: SectionWriter, name: str) -> None:
        self._close_block()
        self._spool.seek(0)
        sections.add(f"{name}/blocks", _pieces(self._spool))
        sections.add(f"{name}/ends", np.array(self._block_ends, np.uint64))
        sections.add(f"{name}/documents", np.cumsum(self._block_documents).astype(np.uint32))

    def close(self) -> None:
        self._spool.close()

    def _close_block(self) -> None:
        if self._records:
            ends = np.cumsum([len(record) for record in self._records]).astype("<u4").tobytes()
            raw = len(self._records).to_bytes(4, "little") + ends + b"".join(self._records)
            self._put(self._packer.compress(raw), len(self._records))
            self._records, self._bytes = [], 0

    def _put(self, packed: bytes, documents: int) -> None:
        self._spool.write(packed)
        self._at += len(packed)
        self._block_ends.append(self._at)
        self._block_documents.append(documents)


def _pieces(spool: BinaryIO) -> Iterator[NDArray[np.uint8]]:
    while piece := spool.read(1 << 20):
        yield np.frombuffer(piece, np.uint8)


class StoredReader:
    """The stored documents of one segment; safe for any number of threads."""

    def __init__(self, data: Any, name: str) -> None:
        """Open ``data`` (bytes or memory map), called ``name`` in error messages."""
        self._sections = SectionReader(data, name)
        self.size = int(self._sections.facts["documents"])
        self._series = {series: _SeriesReader(self._sections, series) for series in SERIES}

    def series(self, name: str) -> _SeriesReader:
        """Return one series of records."""
        return self._series[name]

    def fields(self, number: int, *series: str) -> dict[str, str]:
        """Return the fields of a document that the named ``series`` (all if none) hold.

        Raises :class:`IndexDamagedError` if they cannot be read back.
        """
        found: dict[str, str] = {}
        for name in series or SERIES:
            found.update(_fields(name, self._series[name].record(number)))
        return found

    def each(self, series: str) -> Iterator[dict[str, str]]:
        """Yield the fields of one series of every document, in order."""
        reader = self._series[series]
        for block in range(reader.block_count):
            for record in reader.records(block):
                yield _fields(series, record)

    def verify(self) -> None:
        """Read every byte; raises :class:`IndexDamagedError` naming what is altered."""
        self._sections.verify()


def _fields(series: str, record: bytes) -> dict[str, str]:
    values = json.loads(record.decode("utf-8", "surrogatepass"))
    named = zip(SERIES[series], values, strict=True)
    return {name: value for name, value in named if value is not None}


class _SeriesReader:
    def __init__(self, sections: SectionReader, name: str) -> None:
        self._name = sections.name
        self._blocks = sections.array(f"{name}/blocks")
        self._ends = sections.array(f"{name}/ends")
        self._documents = sections.array(f"{name}/documents")
        self.records = remembered(self._unpacked, CACHED_BLOCKS[name])

    @property
    def block_count(self) -> int:
        return len(self._ends)

    def documents_of(self, block: int) -> tuple[int, int]:
        """First document of a block, and the one after its last."""
        return (int(self._documents[block - 1]) if block else 0), int(self._documents[block])

    def packed(self, block: int) -> bytes:
        start = int(self._ends[block - 1]) if block else 0
        return self._blocks[start : int(self._ends[block])].tobytes()

    def record(self, number: int) -> bytes:
        block = bisect_right(cast("Sequence[int]", self._documents.data), number)
        try:
            return self.records(block)[number - self.documents_of(block)[0]]
        except IndexError as error:
            raise damaged(self._name, f"document {number} is not in it") from error

    def _unpacked(self, block: int) -> _Records:
        try:
            raw = _unpacker().decompress(self.packed(block))
            count = int.from_bytes(raw[:4], "little")
            ends = np.frombuffer(raw, "<u4", count, 4).astype(np.int64) + 4 * (count + 1)
            if not count or int(ends[-1]) != len(raw):
                raise ValueError("a block has another length")
        except (zstandard.ZstdError, ValueError) as error:
            raise damaged(self._name, error) from error
        return _Records(raw, ends)


class _Records:
    """The records of an unpacked block; each is copied only when it is asked for."""

    __slots__ = ("_ends", "_raw")

    def __init__(self, raw: bytes, ends: NDArray[np.int64]) -> None:
        self._raw = raw
        self._ends = ends

    def __getitem__(self, place: int) -> bytes:
        end = int(self._ends[place])
        start = int(self._ends[place - 1]) if place else 4 * (len(self._ends) + 1)
        return self._raw[start:end]

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self._ends)))


_own = threading.local()


def _unpacker() -> zstandard.ZstdDecompressor:
    """This thread's decompressor: a new one for every block costs half as much as unpacking it."""
    found: zstandard.ZstdDecompressor | None = getattr(_own, "unpacker", None)
    if found is None:
        found = _own.unpacker = zstandard.ZstdDecompressor()
    return found
