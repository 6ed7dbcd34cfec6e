"""Symbols: how the syllables of texts, in their order, are packed, and nothing else.

A symbol of 16 bits stands for one frequent syllable or for a run of them that often stand
together (thành phố hồ chí minh), so that two bytes hold two syllables of news on average. Runs
are found by joining the commonest pairs of neighbouring symbols, several times over (byte-pair
encoding: Gage, "A New Algorithm for Data Compression", 1994), and joined from left to right.
Symbol 0 stands for a rare syllable, which is kept beside the symbols.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Stands for a syllable that has no symbol of its own.
RARE = 0
#: Codes that there may be; the highest is never used, so that a table may be filled with it.
CODES = (1 << 16) - 1
#: So many syllables have symbols of their own at most; the other codes are for runs.
SYLLABLE_CODES = 12_000
#: How many of the codes for runs each round of joining gets.
ROUNDS = (0.3, 0.35, 0.35)
#: A run is worth its place in the table if it stands so often in the texts.
WORTH = 24
#: Bits of the table in which pairs are looked up.
_HASH_BITS = 20
_HASH_FACTOR = np.uint32(0x9E3779B1)
_NO_PAIR = np.uint32(0xFFFFFFFF)

Ranks = NDArray[np.unsignedinteger[Any]]


class Symbols(NamedTuple):
    """What symbols stand for: ``sizes`` (uint8[symbols]) syllables each, one after the other in
    ``syllables`` (uint32), by their ranks."""

    sizes: NDArray[np.uint8]
    syllables: NDArray[np.uint32]

    def starts(self) -> NDArray[np.int64]:
        """Return where each symbol's syllables begin: int64[symbols]."""
        ends = np.cumsum(self.sizes, dtype=np.int64)
        return ends - self.sizes


class Encoded(NamedTuple):
    """Texts as symbols: ``counts`` of each text's symbols, ``rare`` syllables in order and how
    many each text has."""

    symbols: NDArray[np.uint16]
    counts: NDArray[np.int64]
    rare: NDArray[np.uint32]
    rare_counts: NDArray[np.int64]


class PairTable:
    """Finds pairs of neighbouring numbers of 16 bits, and the number that each of them stands for.

    Of pairs with the same hash only the last is kept.
    """

    def __init__(self, pairs: NDArray[np.uint32], first: int = 0) -> None:
        """Number ``pairs`` (uint32[n], first << 16 | second) from ``first`` on."""
        slots = _hashed(pairs)
        self._keys = np.full(1 << _HASH_BITS, _NO_PAIR, np.uint32)
        self._keys[slots] = pairs
        #: Which of the pairs are in the table: bool[n]. Those that are not have no numbers.
        self.kept: NDArray[np.bool_] = self._keys[slots] == pairs
        self._numbers = np.zeros(1 << _HASH_BITS, np.uint32)
        self._numbers[slots[self.kept]] = np.arange(first, first + np.count_nonzero(self.kept))

    def begins(self, values: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """Return at which of ``values`` a pair of the table begins: bool[n - 1]."""
        keys = pair_keys(values)
        found: NDArray[np.bool_] = self._keys[_hashed(keys)] == keys
        return found

    def numbers(self, values: NDArray[np.uint16], places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the numbers of the pairs that begin at ``places``."""
        keys = values[places].astype(np.uint32) << np.uint32(16) | values[places + 1]
        return self._numbers[_hashed(keys)]


class Encoder:
    """Turns texts into symbols that were chosen for texts like them."""

    def __init__(
        self, sample: Ranks, counts: NDArray[np.integer[Any]], vocabulary: int, scale: float
    ) -> None:
        """Choose symbols by a ``sample`` of the texts, each of ``counts`` syllables.

        ``sample``: ranks[n] below ``vocabulary``; ``scale``: how many times as long all texts are.
        """
        self._code_of = _syllable_codes(sample, vocabulary)
        own = np.flatnonzero(self._code_of)
        runs: list[NDArray[np.uint32]] = [np.zeros(1, np.uint32)]
        runs += list(own.astype(np.uint32)[np.argsort(self._code_of[own])][:, None])
        self._rounds: list[PairTable] = []
        symbols, last = self._code_of[sample], lasts(counts)
        free = CODES - len(runs)
        for share in ROUNDS:
            pairs = _commonest_pairs(symbols, last, int(free * share), WORTH / scale)
            if not len(pairs):
                break
            table = PairTable(pairs, len(runs))
            kept = pairs[table.kept].tolist()
            runs += [np.concatenate((runs[pair >> 16], runs[pair & 0xFFFF])) for pair in kept]
            self._rounds.append(table)
            symbols, last = _joined(symbols, last, table)
        self.symbols: Symbols = Symbols(
            np.array(list(map(len, runs)), np.uint8), np.concatenate(runs)
        )

    def encode(self, ranks: Ranks, counts: NDArray[np.integer[Any]]) -> Encoded:
        """Return texts of ``counts`` syllables (integers[texts]) each, ``ranks`` one after the
        other, as symbols."""
        symbols, last = self._code_of[ranks], lasts(counts)
        places = np.flatnonzero(symbols == RARE)
        rare = ranks[places].astype(np.uint32)
        rare_counts = np.diff(np.searchsorted(places, np.cumsum(counts)), prepend=0)
        for table in self._rounds:
            symbols, last = _joined(symbols, last, table)
        filled = np.flatnonzero(counts)
        sizes = np.zeros(len(counts), np.int64)
        sizes[filled] = np.diff(np.flatnonzero(last), prepend=-1)
        return Encoded(symbols, sizes, rare, rare_counts)


def decode(
    symbols: NDArray[np.uint16],
    sizes: NDArray[np.uint8],
    starts: NDArray[np.int64],
    values: NDArray[np.uint32],
    rare: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return what ``symbols`` stand for, and where each one's syllables end: int64[symbols].

    ``values``: what is wanted of the syllables of :class:`Symbols`, uint32, of which symbol s has
    ``sizes[s]`` from ``starts[s]`` on; ``rare``: the same of the rare ones, in order.
    """
    lengths = sizes.take(symbols)
    ends = np.cumsum(lengths, dtype=np.int64)
    places = np.repeat(starts.take(symbols) - (ends - lengths), lengths)
    places += np.arange(len(places))
    found = values.take(places)
    if len(rare):
        found[ends[symbols == RARE] - 1] = rare
    return found, ends


def _syllable_codes(sample: Ranks, vocabulary: int) -> NDArray[np.uint16]:
    """Return the symbol of each syllable by its rank, :data:`RARE` where it has none."""
    counts = np.bincount(sample, minlength=vocabulary)
    own = np.flatnonzero(counts)
    if vocabulary <= SYLLABLE_CODES:
        own = np.arange(vocabulary)
    elif len(own) > SYLLABLE_CODES:
        own = np.sort(np.argpartition(-counts, SYLLABLE_CODES)[:SYLLABLE_CODES])
    codes = np.zeros(vocabulary, np.uint16)
    codes[own] = np.arange(1, len(own) + 1)
    return codes


def _commonest_pairs(
    symbols: NDArray[np.uint16], last: NDArray[np.bool_], most: int, worth: float
) -> NDArray[np.uint32]:
    """Return the keys of the commonest pairs, rarest first, of those that stand ``worth`` times."""
    keys = pair_keys(symbols)
    inside = ~last[:-1] & (symbols[:-1] != RARE) & (symbols[1:] != RARE)
    distinct, counts = np.unique(keys[inside], return_counts=True)
    chosen = counts >= max(worth, 2)
    distinct, counts = distinct[chosen], counts[chosen]
    order = np.argsort(counts, kind="stable")
    return distinct[order[max(len(order) - most, 0) :]]


def _joined(
    symbols: NDArray[np.uint16], last: NDArray[np.bool_], table: PairTable
) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Return ``symbols`` with the pairs of ``table`` joined, never across the end of a text.

    ``last`` says which symbols are the last of their text.
    """
    begins = table.begins(symbols) & ~last[:-1]
    # Of pairs that overlap, every other one is joined, beginning with the first of its row.
    firsts = begins.copy()
    firsts[1:] &= ~begins[:-1]
    place = np.arange(len(begins), dtype=np.int32)
    first_of_row = np.maximum.accumulate(place * firsts)
    joined_here = begins & ((place - first_of_row) & 1 == 0)
    places = np.flatnonzero(joined_here)
    joined = symbols.copy()
    joined[places] = table.numbers(symbols, places)
    ended = last.copy()
    ended[:-1] |= joined_here & last[1:]
    kept = np.ones(len(symbols), np.bool_)
    np.logical_not(joined_here, out=kept[1:])
    left = np.flatnonzero(kept)
    return joined[left], ended[left]


def lasts(counts: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Return which of the syllables of texts of ``counts`` are the last of theirs: bool[n]."""
    ends = np.cumsum(counts)
    last = np.zeros(int(ends[-1]) if len(ends) else 0, np.bool_)
    last[ends[np.asarray(counts) > 0] - 1] = True
    return last


def pair_keys(symbols: NDArray[np.uint16]) -> NDArray[np.uint32]:
    keys = symbols[:-1].astype(np.uint32)
    keys <<= np.uint32(16)
    keys |= symbols[1:]
    return keys


def _hashed(keys: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the place of each key in a table: Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""
    hashed: NDArray[np.uint32] = (keys * _HASH_FACTOR) >> np.uint32(32 - _HASH_BITS)
    return hashed
