"""Which symbols hold a syllable, and where in symbols a phrase may stand: around its rarest one.

Nothing is unpacked here; what stands around such a place is :mod:`text_order`'s business to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.phrases.places import Wanted
from searchengine.backends.embedded.index.phrases.symbols import CODES, RARE, Symbols
from searchengine.deadline import check_time

#: Where the rarest syllable stands at more places than this, the others are looked for around it
#: before anything is unpacked.
MANY_HITS = 500
#: Up to so many symbols on each side; where more would have to be looked at, all are unpacked.
FAR = 64
#: A syllable that so many symbols hold is looked up in a table; fewer are compared one by one.
MANY_HOLDERS = 12
#: Symbols that are looked up at a time, to stay in cache: of a million together each takes three
#: times as long.
PIECE = 1 << 16
#: So many different syllables of a phrase are looked for around a place: a bit each.
_BITS = 8


class Holders:
    """The symbols that hold each syllable; safe for any number of reading threads."""

    def __init__(self, table: Symbols, values: NDArray[np.uint32], budget: CacheBudget) -> None:
        """Look at the symbols of ``table``, whose syllables are ``values``, as they are or folded.

        What is made counts in ``budget``.
        """
        order = values.argsort(kind="stable")
        symbols = np.repeat(np.arange(len(table.sizes)), table.sizes)
        #: The syllables of all symbols, ascending, and which symbol has each.
        self._values = budget.pin("phrases", values.take(order))
        self._symbols = budget.pin("phrases", symbols.astype(np.uint16).take(order))

    def of(self, wanted: Sequence[int]) -> list[NDArray[np.uint16]]:
        """Return the symbols that hold each of ``wanted``; none for one that is rare."""
        asked = np.array(wanted, np.uint32)
        lows = self._values.searchsorted(asked).tolist()
        highs = self._values.searchsorted(asked, side="right").tolist()
        return [self._symbols[low:high] for low, high in zip(lows, highs, strict=True)]


class Anchors:
    """A phrase by the symbols that hold its syllables, looked for in texts."""

    def __init__(self, holders: Holders, wanted: Wanted, *, folded: bool) -> None:
        """Look for what is ``wanted``, folded ranks if ``folded``, among symbols of ``holders``."""
        self._wanted = wanted
        self._every = wanted.first + wanted.other
        self._distinct = list(dict.fromkeys(self._every))
        found = holders.of(self._distinct)
        # Of the spellings of a folded syllable some may be rare.
        self._holders = [
            np.append(one, np.uint16(RARE)) if folded or not len(one) else one for one in found
        ]
        #: Whether rare syllables must be read to tell where the phrase stands. In the table
        #: their symbol has the first syllable of all.
        self.with_rare: bool = folded or 0 in self._distinct or not all(map(len, found))
        #: So many symbols on each side of its rarest syllable the phrase may have others.
        self.reach: int = len(self._every) - 1 + wanted.slop

    def places(self, symbols: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return where the rarest syllable stands and the others may: int64, ascending."""
        hits = np.flatnonzero(self._among(symbols))
        if len(hits) > MANY_HITS and self.reach <= FAR:
            hits = hits[self._near(symbols, hits)]
        return hits

    def _among(self, symbols: NDArray[np.uint16]) -> NDArray[np.bool_]:
        """Which of ``symbols`` hold the rarest syllable: bool[n]."""
        found = np.zeros(len(symbols), np.bool_)
        for start in range(0, len(symbols), PIECE):
            piece, among = symbols[start : start + PIECE], found[start : start + PIECE]
            if len(self._rarest) > MANY_HOLDERS:
                self._table.take(piece, out=among, mode="clip")
                continue
            for one in self._rarest:
                among |= piece == one
        return found

    @cached_property
    def _rarest(self) -> NDArray[np.uint16]:
        """The symbols that hold the rarest syllable."""
        return self._holders[self._distinct.index(self._every[self._wanted.rarest()])]

    @cached_property
    def _table(self) -> NDArray[np.bool_]:
        """Which symbols hold the rarest syllable."""
        table = np.zeros(CODES + 1, np.bool_)
        table[self._rarest] = True
        return table

    @cached_property
    def _bits(self) -> NDArray[np.uint8]:
        """Which of the syllables each symbol holds, a bit each."""
        table = np.zeros(CODES + 1, np.uint8)
        for bit, symbols in enumerate(self._holders[:_BITS]):
            table[symbols] |= np.uint8(1 << bit)
        return table

    def _near(self, symbols: NDArray[np.uint16], hits: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of ``hits`` have all that is wanted within reach: bool[hits]."""
        near = np.zeros(len(hits), np.uint8)
        for step in range(-self.reach, self.reach + 1):
            check_time()
            near |= self._bits.take(symbols.take(hits + step, mode="clip"))
        found: NDArray[np.bool_] = near == (1 << min(len(self._holders), _BITS)) - 1
        return found
