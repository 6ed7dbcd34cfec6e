"""Writing one token stream of a segment: sorted keys, documents and frequencies as arrays.

Terms come in chunks, in key order, and go into five classes that differ in how wide their slots
are and whether frequencies lie beside them; :data:`CLASSES` lists them. The long tail of rare
terms has one byte a term to say where its slots are; the few thousand frequent ones a row in a
table. How slots are packed is :mod:`postings_codec`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.index.arrays.postings_codec import (
    gaps_of,
    pack_frequencies,
    pack_halves,
    pack_quarters,
    run_starts,
    slots_of,
)
from searchengine.backends.embedded.index.arrays.sections import SectionWriter
from searchengine.errors import IndexWriteError


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """What a segment must know of a stream.

    Terms are strings of ``vocabulary``, or bigrams of them where ``pairs`` is set (written
    ``"a b"`` wherever a term is a string). Streams without ``lengths`` score by idf alone.
    """

    name: str
    vocabulary: str
    pairs: bool = False
    lengths: bool = True


@dataclass(frozen=True, slots=True)
class SlotClass:
    """How the terms of one class are kept: bits a slot, frequencies or not, which table."""

    width: int
    freqs: bool
    tail: bool


#: Rare terms whose frequencies are all 1, other rare terms, then frequent ones by mean gap.
CLASSES: Final = (
    SlotClass(16, freqs=False, tail=True),
    SlotClass(16, freqs=True, tail=True),
    SlotClass(16, freqs=True, tail=False),
    SlotClass(8, freqs=True, tail=False),
    SlotClass(4, freqs=True, tail=False),
)
#: A term with more slots than this is not of the tail: its size must fit in seven bits.
TAIL_SLOTS = 127
#: Up to these mean gaps 4 and 8 bits take the least space, for gaps that fall at random.
NARROW_GAP, BYTE_GAP = 13, 278
#: What stands for a frequency kept among the exceptions, in half a byte, or in the quarter that
#: bigrams have: 3 % of them stand more than three times in a text of news.
LARGEST, LARGEST_OF_PAIRS = 15, 3
#: The tail's slots are counted from a stated start every so many terms.
BLOCK = 64
#: Set in a tail term's code beside its number of slots if frequencies lie beside them.
WITH_FREQS = 128

#: Heads and the starts of high parts number terms in 32 bits.
MOST_TERMS = (1 << 32) - 1

HEAD = np.dtype(
    [("start", "<u8"), ("term", "<u4"), ("slots", "<u4"), ("df", "<u4"), ("kind", "<u4")]
)


class StreamWriter:
    """Takes chunks of a stream's terms in key order and writes the stream's sections."""

    def __init__(self, *, pairs: bool) -> None:
        """Write terms that are bigrams if ``pairs``: they mostly stand once or twice in a text."""
        self._largest = LARGEST_OF_PAIRS if pairs else LARGEST
        self._lows: list[NDArray[np.uint16]] = []
        self._highs: list[NDArray[np.uint64]] = []
        self._codes: list[NDArray[np.uint8]] = []
        self._heads: list[NDArray[Any]] = []
        self._slots = [_Parts(2) if kind.width == 4 else _Whole() for kind in CLASSES]
        self._freqs = [_Parts(4 if pairs else 2) for _ in CLASSES]
        self._large: list[list[NDArray[np.uint64]]] = [[] for _ in CLASSES]
        self._large_freqs: list[list[NDArray[np.uint32]]] = [[] for _ in CLASSES]
        self.terms = 0
        self.postings = 0

    def add(
        self,
        keys: NDArray[np.uint64],
        counts: NDArray[np.int64],
        docs: NDArray[np.int32],
        freqs: NDArray[np.integer[Any]],
    ) -> None:
        """Append terms.

        ``keys``: uint64[terms], ascending, above all earlier ones; ``counts``: int64[terms],
        postings of each, none empty; ``docs``: int32[postings], ascending in each term;
        ``freqs``: integers[postings], 1 and more.
        """
        if not len(keys):
            return
        starts = np.cumsum(counts) - counts
        gaps = gaps_of(docs, starts)
        kinds = _classes(counts, gaps, docs[starts + counts - 1], freqs, starts)
        codes = np.zeros(len(keys), np.uint8)
        heads = []
        of_posting = np.repeat(kinds, counts)
        for number, kind in enumerate(CLASSES):
            terms = np.flatnonzero(kinds == number)
            if not len(terms):
                continue
            chosen = of_posting == number
            sizes, first = self._pack(number, gaps[chosen], freqs[chosen], counts[terms])
            if kind.tail:
                codes[terms] = sizes | (WITH_FREQS if kind.freqs else 0)
            else:
                head = np.empty(len(terms), HEAD)
                head["start"] = first + np.cumsum(sizes) - sizes
                head["term"] = terms + self.terms
                head["slots"], head["df"], head["kind"] = sizes, counts[terms], number
                heads.append(head)
        if heads:
            both = np.concatenate(heads)
            self._heads.append(both[np.argsort(both["term"], kind="stable")])
        self._codes.append(codes)
        self._lows.append((keys & np.uint64(0xFFFF)).astype(np.uint16))
        self._highs.append(keys >> np.uint64(16))
        self.terms += len(keys)
        self.postings += len(docs)

    def write(self, sections: SectionWriter, name: str) -> None:
        """Write everything that was added as the sections of the stream ``name``.

        Raises :class:`IndexWriteError` where it has more terms than 32 bits number.
        """
        if self.terms > MOST_TERMS:
            raise IndexWriteError(
                f"the stream {name} of a segment has more than {MOST_TERMS:,} terms: "
                "keep some documents in another index"
            )
        codes = _joined(self._codes, np.uint8)
        sections.add(f"{name}/codes", codes)
        sections.add(f"{name}/blocks", _block_starts(codes))
        sections.add(f"{name}/heads", _joined(self._heads, HEAD).view("<u8"))
        sections.add(f"{name}/lows", self._lows)
        highs = _joined(self._highs, np.uint64)
        firsts = run_starts(highs)
        highs = highs[firsts]
        narrow = not len(highs) or int(highs[-1]) <= np.iinfo(np.uint32).max
        sections.add(f"{name}/highs", highs.astype(np.uint32) if narrow else highs)
        sections.add(f"{name}/high_starts", firsts.astype(np.uint32))
        for number in range(len(CLASSES)):
            sections.add(f"{name}/slots{number}", self._slots[number].pieces())
            if CLASSES[number].freqs:
                sections.add(f"{name}/freqs{number}", self._freqs[number].pieces())
                large = _joined(self._large[number], np.uint64)
                sections.add(f"{name}/large{number}", narrowest(large))
                large_freqs = _joined(self._large_freqs[number], np.uint32)
                sections.add(f"{name}/large_freqs{number}", narrowest(large_freqs))

    def _pack(
        self,
        number: int,
        gaps: NDArray[np.int64],
        freqs: NDArray[np.integer[Any]],
        counts: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], int]:
        """Append postings to a class; return slots of each term and the first one's start."""
        kind, column = CLASSES[number], self._slots[number]
        first = column.length
        ends, slots = slots_of(gaps, kind.width)
        if kind.freqs:
            halves, large, large_freqs = pack_frequencies(freqs, ends, len(slots), self._largest)
            self._freqs[number].add(halves)
            self._large[number].append((large + first).astype(np.uint64))
            self._large_freqs[number].append(large_freqs)
        column.add(slots)
        if ends is None:
            return counts, first
        return np.diff(ends[np.cumsum(counts) - 1] + 1, prepend=0), first


class _Whole:
    """A growing column of whole numbers."""

    def __init__(self) -> None:
        self._pieces: list[NDArray[Any]] = []
        self.length = 0

    def add(self, values: NDArray[Any]) -> None:
        self._pieces.append(values)
        self.length += len(values)

    def pieces(self) -> list[NDArray[Any]]:
        return self._pieces


class _Parts(_Whole):
    """A growing column of parts of a byte; what does not fill one waits for the next chunk."""

    def __init__(self, to_a_byte: int) -> None:
        super().__init__()
        self._to_a_byte = to_a_byte
        self._pack = pack_halves if to_a_byte == 2 else pack_quarters
        self._rest: NDArray[Any] = np.empty(0, np.uint8)

    def add(self, values: NDArray[Any]) -> None:
        self.length += len(values)
        values = np.concatenate((self._rest, values))
        whole = len(values) // self._to_a_byte * self._to_a_byte
        self._rest = values[whole:]
        self._pieces.append(self._pack(values[:whole]))

    def pieces(self) -> list[NDArray[Any]]:
        return [*self._pieces, self._pack(self._rest)]


def _classes(
    counts: NDArray[np.int64],
    gaps: NDArray[np.int64],
    last: NDArray[np.int32],
    freqs: NDArray[np.integer[Any]],
    starts: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Return the class of each term, int8[terms]; ``last`` is each one's last document."""
    full = (1 << 16) - 1
    sizes = counts
    if int(last.max()) >= full:
        sizes = counts + np.add.reduceat(gaps // full, starts)
    mean = last // counts
    kinds = np.where(mean <= NARROW_GAP, 4, np.where(mean <= BYTE_GAP, 3, 2)).astype(np.int8)
    tail = sizes <= TAIL_SLOTS
    kinds[tail] = np.maximum.reduceat(freqs, starts)[tail] > 1
    return kinds


def _block_starts(codes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return uint64[2 * blocks]: for each block of terms its first slot in both tail classes."""
    sizes = (codes & (WITH_FREQS - 1)).astype(np.uint64)
    of_freqs = codes >= WITH_FREQS
    starts = np.zeros((-(-len(codes) // BLOCK), 2), np.uint64)
    firsts = np.arange(0, len(codes), BLOCK)
    if len(codes):
        for number, chosen in enumerate((~of_freqs, of_freqs)):
            sums = np.add.reduceat(np.where(chosen, sizes, 0), firsts)
            starts[:, number] = np.cumsum(sums) - sums
    return starts.reshape(-1)


def narrowest(values: NDArray[Any]) -> NDArray[Any]:
    """Return unsigned ``values`` in the narrowest integers that hold them."""
    return values.astype(np.min_scalar_type(int(values.max()) if len(values) else 0))


def _joined(pieces: list[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype)
