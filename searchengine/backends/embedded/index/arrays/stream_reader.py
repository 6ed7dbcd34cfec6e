"""Reading one token stream of a segment: a term's postings, or whole ranges of terms at once.

Everything is decoded on demand from arrays that share the file's memory. Looking a single term
up is for searching; ranges are for merging, where no Python code runs per term. The layout is
written down in :mod:`stream_writer`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.postings_codec import (
    Frequencies,
    documents_of,
    frequencies_of,
    unpack_halves,
    unpack_quarters,
)
from searchengine.backends.embedded.index.arrays.sections import (
    UNREADABLE,
    SectionReader,
    damaged,
)
from searchengine.backends.embedded.index.arrays.stream_writer import (
    BLOCK,
    CLASSES,
    HEAD,
    WITH_FREQS,
)
from searchengine.errors import IndexDamagedError

#: Segments of at most so many documents are decoded as a whole when they are first asked: a
#: quarter of a millisecond a stream for 18 kB of text, and then 0.5 µs a term instead of 10.
SMALL = 64
#: Sums of so many slots of 16 bits cannot pass the highest number.
_SUMS = 1 << 16
_NONE = np.empty(0, np.int64)

P = ParamSpec("P")
T = TypeVar("T")


class Chunk(NamedTuple):
    """Neighbouring terms of a stream with their postings, in key order.

    ``keys``: uint64[terms]; ``counts``: int64[terms], postings of each; ``docs``:
    int32[postings], ascending in each term; ``freqs``: uint32[postings].
    """

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    docs: NDArray[np.int32]
    freqs: NDArray[np.uint32]


class _Whole(NamedTuple):
    """All postings of a small stream; ``starts`` of each term's, ``once``: all its freqs are 1."""

    docs: NDArray[np.int32]
    freqs: NDArray[np.uint32]
    starts: list[int]
    once: list[bool]


class _Heads(NamedTuple):
    """Terms of many documents, a column each: for looking up one."""

    terms: Sequence[int]
    dfs: Sequence[int]
    kinds: Sequence[int]
    starts: Sequence[int]
    slots: Sequence[int]


def _checked(
    method: Callable[Concatenate[StreamReader, P], T],
) -> Callable[Concatenate[StreamReader, P], T]:
    """Have a method of a reader tell what it meets that cannot be as damage of the file."""

    @wraps(method)
    def told(reader: StreamReader, /, *arguments: P.args, **options: P.kwargs) -> T:
        try:
            return method(reader, *arguments, **options)
        except MemoryError:
            raise
        except UNREADABLE as error:
            raise reader._impossible() from error

    return told


class StreamReader:
    """One stream of one segment; terms are counted from 0 in key order."""

    def __init__(self, sections: SectionReader, name: str, size: int, *, pairs: bool) -> None:
        """Open the stream ``name``, of bigrams if ``pairs``, of a segment of ``size`` documents."""
        self._unpacked = unpack_quarters if pairs else unpack_halves
        self._sections = sections
        self._name = name
        self._size = size
        self._arrays: dict[str, NDArray[Any]] = {}
        self._codes = self._array("codes")

    def __len__(self) -> int:
        return len(self._codes)

    @_checked
    def find(self, key: int) -> int:
        """Return the number of the term with ``key``, or -1 if no document holds it."""
        highs, starts, lows = self._keys
        high, low = key >> 16, key & 0xFFFF
        place = bisect_left(highs, high)
        if place == len(highs) or highs[place] != high:
            return -1
        stop = starts[place + 1] if place + 1 < len(starts) else len(lows)
        term = bisect_left(lows, low, starts[place], min(stop, len(lows)))
        return term if term < min(stop, len(lows)) and lows[term] == low else -1

    @_checked
    def rank(self, key: int) -> int:
        """Return how many terms of the stream have keys below ``key``."""
        highs, starts, lows = self._keys
        high, low = key >> 16, key & 0xFFFF
        place = bisect_left(highs, high)
        if place == len(highs):
            return len(self)
        if highs[place] != high:
            return int(starts[place])
        stop = starts[place + 1] if place + 1 < len(starts) else len(lows)
        return bisect_left(lows, low, starts[place], min(stop, len(lows)))

    @_checked
    def postings(self, term: int) -> tuple[NDArray[np.int32], Frequencies | None]:
        """Return documents and frequencies of a term; None instead of frequencies all 1.

        Raises :class:`IndexDamagedError` if what the file holds cannot be postings.
        """
        if self._size <= SMALL:
            whole = self._whole
            place = slice(whole.starts[term], whole.starts[term + 1])
            return whole.docs[place], None if whole.once[term] else whole.freqs[place]
        number, start, stop = self._place(term)
        docs, freqs, _ = self._decode(number, start, stop, None)
        return self._possible(docs, stop - start), freqs

    @_checked
    def documents(self, term: int) -> NDArray[np.int32]:
        """Return the documents of a term, as :meth:`postings` does."""
        if self._size <= SMALL:
            return self.postings(term)[0]
        number, start, stop = self._place(term)
        width = CLASSES[number].width
        docs, _, _ = documents_of(self._slots(number, start, stop), width, None)
        return self._possible(docs, stop - start)

    @_checked
    def most(self, term: int) -> int:
        """Return a number of documents that no more than hold a term; reads no postings."""
        _, start, stop = self._place(term)
        return stop - start

    @_checked
    def document_frequency(self, term: int) -> int:
        """Return how many documents, deleted ones included, hold a term."""
        if not self._codes[term]:
            heads = self._head_parts
            return heads.dfs[bisect_left(heads.terms, term)]
        number, start, stop = self._place(term)
        # Each document ends with a slot that is not full.
        width = CLASSES[number].width
        slots = self._slots(number, start, stop)
        return stop - start - int(np.count_nonzero(slots == (1 << width) - 1))

    @_checked
    def sizes(self, first: int, last: int) -> NDArray[np.int64]:
        """Return about how many documents hold each of terms ``first`` to ``last``: int64[n].

        Rare terms whose documents lie far apart count a little high; the order stays true.
        """
        sizes = (self._codes[first:last] & (WITH_FREQS - 1)).astype(np.int64)
        low, high = np.searchsorted(self._head_terms, (first, last))
        heads = self._heads[low:high]
        sizes[heads["term"] - first] = heads["df"]
        return sizes

    @_checked
    def keys(self, first: int = 0, last: int | None = None) -> NDArray[np.uint64]:
        """Return the keys of terms ``first`` to ``last`` (all if None): uint64[n], ascending."""
        last = len(self) if last is None else last
        lows, starts = self._array("lows")[first:last], self._array("high_starts")
        places = np.searchsorted(starts, np.arange(first, last), side="right") - 1
        if len(places) and (int(places.min()) < 0 or len(places) != len(lows)):
            raise self._impossible()
        highs = self._array("highs")[places].astype(np.uint64)
        keys: NDArray[np.uint64] = (highs << np.uint64(16)) | lows
        return keys

    @_checked
    def weights(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return first terms of blocks and about how many postings each block has.

        Both int64[blocks]: what a merge needs to cut its work into even pieces.
        """
        firsts = np.arange(0, len(self), BLOCK)
        sizes = np.add.reduceat(self._codes & (WITH_FREQS - 1), firsts, dtype=np.int64)
        heads = self._heads
        np.add.at(sizes, heads["term"] // BLOCK, heads["df"].astype(np.int64))
        return firsts, sizes

    @_checked
    def chunk(self, first: int, last: int) -> Chunk:
        """Return terms ``first`` to ``last`` with all their postings.

        Raises :class:`IndexDamagedError` if what the file holds cannot be postings.
        """
        found = self._chunk(first, last)
        docs = found.docs
        if len(docs) and (int(docs.min()) < 0 or int(docs.max()) >= self._size):
            raise self._impossible()
        return found

    def _chunk(self, first: int, last: int) -> Chunk:
        codes = self._codes[first:last]
        kinds = (codes >= WITH_FREQS).astype(np.int8)
        heads = self._heads
        low, high = np.searchsorted(self._head_terms, (first, last))
        heads = heads[low:high]
        kinds[heads["term"] - first] = heads["kind"]
        counts = np.zeros(last - first, np.int64)
        parts = []
        for number, kind in enumerate(CLASSES):
            terms = np.flatnonzero(kinds == number)
            if not len(terms):
                continue
            if kind.tail:
                sizes = (codes[terms] & (WITH_FREQS - 1)).astype(np.int64)
                start = self._tail_start(first + int(terms[0]), number)
            else:
                rows = heads[heads["kind"] == number]
                sizes, start = rows["slots"].astype(np.int64), int(rows["start"][0])
            bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
            docs, freqs, found = self._decode(number, start, start + int(bounds[-1]), bounds)
            assert found is not None
            counts[terms] = found
            parts.append((terms, found, docs, freqs))
        starts = np.cumsum(counts) - counts
        docs_out = np.empty(int(counts.sum()), np.int32)
        freqs_out = np.ones(len(docs_out), np.uint32)
        for terms, found, docs, freqs in parts:
            places = np.repeat(starts[terms] - (np.cumsum(found) - found), found)
            places += np.arange(len(docs))
            docs_out[places] = docs
            if freqs is not None:
                freqs_out[places] = freqs
        return Chunk(self.keys(first, last), counts, docs_out, freqs_out)

    @cached_property
    def _whole(self) -> _Whole:
        _, counts, docs, freqs = self.chunk(0, len(self))
        if not counts.all():
            raise self._impossible()
        ends = np.cumsum(counts)
        most = np.maximum.reduceat(freqs, ends - counts) if len(counts) else freqs
        return _Whole(docs, freqs, [0, *ends.tolist()], (most == 1).tolist())

    def _array(self, part: str) -> NDArray[Any]:
        found = self._arrays.get(part)
        if found is None:
            found = self._arrays[part] = self._sections.array(f"{self._name}/{part}")
        return found

    @cached_property
    def _keys(self) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """High parts of keys, the first term of each, low parts of all terms: for bisection."""
        parts = (self._array(part).data for part in ("highs", "high_starts", "lows"))
        highs, starts, lows = (cast("Sequence[int]", part) for part in parts)
        return highs, starts, lows

    @cached_property
    def _heads(self) -> NDArray[Any]:
        return self._array("heads").view(HEAD)

    @cached_property
    def _head_terms(self) -> NDArray[np.uint32]:
        return np.ascontiguousarray(self._heads["term"])

    @cached_property
    def _head_parts(self) -> _Heads:
        parts = (np.ascontiguousarray(self._heads[p]) for p in ("df", "kind", "start", "slots"))
        return _Heads(*(part.data for part in (self._head_terms, *parts)))

    def _place(self, term: int) -> tuple[int, int, int]:
        """Return a term's class, its first slot and the one after its last."""
        code = int(self._codes[term])
        if code:
            number = int(code >= WITH_FREQS)
            start = self._tail_start(term, number)
            return number, start, start + (code & (WITH_FREQS - 1))
        heads = self._head_parts
        place = bisect_left(heads.terms, term)
        start = heads.starts[place]
        return heads.kinds[place], start, start + heads.slots[place]

    def _tail_start(self, term: int, number: int) -> int:
        block = term // BLOCK
        start = int(self._array("blocks")[2 * block + number])
        codes = self._codes[block * BLOCK : term].tobytes()
        if number:
            return start + sum(code - WITH_FREQS for code in codes if code >= WITH_FREQS)
        return start + sum(code for code in codes if code < WITH_FREQS)

    def _decode(
        self, number: int, start: int, stop: int, bounds: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int32], Frequencies | None, NDArray[np.int64] | None]:
        """Return documents, frequencies and postings of each of neighbouring terms of a class.

        ``bounds``: as for :func:`documents_of`; None if the slots are those of one term.
        """
        kind = CLASSES[number]
        slots = self._slots(number, start, stop)
        docs, kept, counts = documents_of(slots, kind.width, bounds)
        if not kind.freqs:
            return docs, None, counts
        halves = self._unpacked(self._array(f"freqs{number}"), start, stop)
        large = self._array(f"large{number}")
        view = cast("Sequence[int]", large.data)
        low = bisect_left(view, start)
        high = bisect_left(view, stop, low)
        exceptions = large[low:high].astype(np.int64) - start if high > low else _NONE
        freqs = frequencies_of(halves, exceptions, self._array(f"large_freqs{number}")[low:high])
        return docs, freqs if kept is None else freqs.take(kept), counts

    def _slots(self, number: int, start: int, stop: int) -> NDArray[np.unsignedinteger[Any]]:
        """Slots ``start`` to ``stop`` of a class, one to a number."""
        slots = self._array(f"slots{number}")
        slots = (
            unpack_halves(slots, start, stop) if CLASSES[number].width == 4 else slots[start:stop]
        )
        if len(slots) != stop - start:
            raise self._impossible()
        return slots

    def _possible(self, docs: NDArray[np.int32], slots: int) -> NDArray[np.int32]:
        """The documents of a term of so many slots, if they can be."""
        if not len(docs) or not 0 <= int(docs[-1]) < self._size:
            raise self._impossible()
        # So many sums may have passed the highest number and begun anew.
        if slots > _SUMS and (int(docs.min()) < 0 or int(docs.max()) >= self._size):
            raise self._impossible()
        return docs

    def _impossible(self) -> IndexDamagedError:
        return damaged(self._sections.name, f"stream {self._name} has impossible postings")
