"""Stored documents: writing records into blocks, and training the dictionaries they share.

Pages of one kind say much in the same words. A dictionary of those, trained on the first pages
of a segment, lets a block be a single page and still pack better than a large block without one.
Few pages get no dictionary: it would not pay. Merging copies blocks as they are, with their
dictionaries, where there is much of them; what is little is packed anew with a dictionary that is
there already.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import BinaryIO

import numpy as np
import zstandard
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.sections import SectionWriter, Sink
from searchengine.backends.embedded.index.stored.reader import (
    SERIES,
    Part,
    SeriesReader,
    StoredReader,
    pack_record,
)

#: A block closes at so many bytes, with a dictionary and without. Measured on news: with one,
#: blocks of 4 KiB take 0.30 of the text's bytes and 10 µs to unpack; without, blocks of 32 KiB
#: take 0.34 and 39 µs, of 4 KiB 0.40 and 10 µs.
SMALL_BLOCK, LARGE_BLOCK = 4 << 10, 32 << 10
#: zstandard's level. Measured on news, large blocks: level 3 takes 0.365 of the text at 212 MB/s,
#: level 6 0.343 at 74 MB/s, level 9 0.340 at 47 MB/s. The quick one is for what is read once.
LEVEL, QUICK_LEVEL = 6, 1
#: A dictionary is trained on the first so many bytes, and never on fewer than the latter.
SAMPLE_BYTES, LEAST_BYTES = 4 << 20, 1 << 20
#: One byte of it for so many bytes of records, and its bytes where there are more than it is
#: trained on. Measured on news, blocks of 4 KiB: 112 KiB pack 0.300, 256 KiB 0.287, 512 KiB 0.283.
DICTIONARY_SHARE, DICTIONARY_BYTES = 32, 256 << 10
#: What it learns from are pieces of records of so many bytes.
PIECE_BYTES = 4 << 10
#: Blocks with a dictionary of their own are copied with it if they hold so many bytes of records:
#: it then takes a fortieth of their bytes at most.
COPIED_BYTES = 16 << 20


class StoredWriter:
    """Collects documents in order and writes them as one file."""

    def __init__(self, temporary: Callable[[], BinaryIO], *, quick: bool = False) -> None:
        """Keep blocks in what ``temporary`` makes until they are written.

        ``quick`` is for a file that is soon taken into another one.
        """
        self._series = {name: _SeriesWriter(temporary(), quick=quick) for name in SERIES}
        #: Documents so far.
        self.size = 0

    def add(self, fields: Mapping[str, str]) -> None:
        """Add a document's fields."""
        for name, members in SERIES.items():
            self._series[name].add(pack_record([fields.get(member) for member in members]))
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

    def __init__(self, spool: BinaryIO, *, quick: bool) -> None:
        self._spool = spool
        self._level = QUICK_LEVEL if quick else LEVEL
        #: Records from which a dictionary may be trained; None when that is decided.
        self._waiting: list[bytes] | None = None if quick else []
        self._waiting_bytes = 0
        self._records: list[bytes] = []
        self._bytes = 0
        self._block_ends: list[int] = []
        self._block_documents: list[int] = []
        self._at = 0
        #: Of each part its first block, bytes of records and dictionary.
        self._firsts: list[int] = []
        self._sizes: list[int] = []
        self._dictionaries: list[bytes] = []
        if quick:
            self._begin(b"")

    def add(self, record: bytes) -> None:
        if self._waiting is None:
            self._pack(record)
            return
        self._waiting.append(record)
        self._waiting_bytes += len(record)
        if self._waiting_bytes >= SAMPLE_BYTES:
            self._decide()

    def append(self, other: SeriesReader, live: NDArray[np.bool_] | None) -> None:
        for part in other.parts:
            if self._copies(part):
                self._decide(part.dictionary)
                if part.dictionary != self._dictionaries[-1]:
                    self._begin(part.dictionary)
                self._copy(part, other, live)
            else:
                for block in range(part.first, part.last):
                    for record in _live_records(other, block, live):
                        self.add(record)

    def write(self, sections: SectionWriter, name: str) -> None:
        self._decide()
        self._close_block()
        self._spool.seek(0)
        sections.add(f"{name}/blocks", _pieces(self._spool))
        sections.add(f"{name}/ends", np.array(self._block_ends, np.uint64))
        sections.add(f"{name}/documents", np.cumsum(self._block_documents).astype(np.uint32))
        ends = accumulate(map(len, self._dictionaries))
        parts = np.array([self._firsts, self._sizes, list(ends)], np.int64).T
        sections.add(f"{name}/parts", np.ascontiguousarray(parts).reshape(-1))
        sections.add(f"{name}/dictionaries", np.frombuffer(b"".join(self._dictionaries), np.uint8))

    def close(self) -> None:
        self._spool.close()

    def _copies(self, part: Part) -> bool:
        """Whether blocks are taken as they are."""
        if 2 * len(part.dictionary) < _dictionary_bytes(part.size):
            return False  # They have grown since theirs was trained, or have none.
        if self._waiting is not None:
            return True
        return part.size >= COPIED_BYTES or part.dictionary == self._dictionaries[-1]

    def _decide(self, dictionary: bytes | None = None) -> None:
        """Begin with ``dictionary`` or, without one, with what the records so far teach."""
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._begin(_trained(waiting) if dictionary is None else dictionary)
            for record in waiting:
                self._pack(record)

    def _begin(self, dictionary: bytes) -> None:
        """Pack what comes with ``dictionary``, without one if it is empty."""
        self._close_block()
        self._firsts.append(len(self._block_ends))
        self._sizes.append(0)
        self._dictionaries.append(dictionary)
        made = None
        if dictionary:
            made = zstandard.ZstdCompressionDict(dictionary)
            made.precompute_compress(level=self._level)
        self._packer = zstandard.ZstdCompressor(level=self._level, dict_data=made)
        self._block_bytes = SMALL_BLOCK if dictionary else LARGE_BLOCK

    def _pack(self, record: bytes) -> None:
        self._records.append(record)
        self._bytes += len(record)
        if self._bytes >= self._block_bytes:
            self._close_block()

    def _copy(self, part: Part, other: SeriesReader, live: NDArray[np.bool_] | None) -> None:
        self._close_block()
        for block in range(part.first, part.last):
            start, end = other.documents_of(block)
            if live is None or live[start:end].all():
                self._put(other.packed(block), end - start)
            else:
                for record in _live_records(other, block, live):
                    self._pack(record)
                self._close_block()
        # With those that are gone: it is only weighed.
        self._sizes[-1] += part.size

    def _close_block(self) -> None:
        if self._records:
            ends = list(accumulate(map(len, self._records)))
            head = struct.pack(f"<{len(ends) + 1}I", len(ends), *ends)
            self._put(self._packer.compress(head + b"".join(self._records)), len(ends))
            self._sizes[-1] += self._bytes
            self._records, self._bytes = [], 0

    def _put(self, packed: bytes, documents: int) -> None:
        self._spool.write(packed)
        self._at += len(packed)
        self._block_ends.append(self._at)
        self._block_documents.append(documents)


def _dictionary_bytes(size: int) -> int:
    """How large a dictionary so many bytes of records deserve."""
    return DICTIONARY_BYTES if size >= SAMPLE_BYTES else size // DICTIONARY_SHARE


def _trained(records: Sequence[bytes]) -> bytes:
    """A dictionary for ``records``; empty where they are too few or have nothing in common."""
    size = sum(map(len, records))
    if size < LEAST_BYTES:
        return b""
    pieces: list[bytes | bytearray | memoryview] = [
        record[at : at + PIECE_BYTES]
        for record in records
        for at in range(0, min(len(record), SAMPLE_BYTES), PIECE_BYTES)
    ]
    try:
        found = zstandard.train_dictionary(_dictionary_bytes(size), pieces, level=LEVEL)
    except zstandard.ZstdError:
        return b""
    return found.as_bytes()


def _live_records(
    series: SeriesReader, block: int, live: NDArray[np.bool_] | None
) -> Iterator[bytes]:
    start, end = series.documents_of(block)
    if live is None:
        yield from series.records(block)
    elif live[start:end].any():
        for record, kept in zip(series.records(block), live[start:end], strict=True):
            if kept:
                yield record


def _pieces(spool: BinaryIO) -> Iterator[NDArray[np.uint8]]:
    while piece := spool.read(1 << 20):
        yield np.frombuffer(piece, np.uint8)
