"""The syllables of every document in their order: reading them, and finding phrases in them.

A phrase is looked for in documents that may have it; which those are is :mod:`finder`' business,
how syllables are packed :mod:`symbols`'s. Of each document only what stands around the
phrase's rarest syllable (:mod:`anchors`) is unpacked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.arrays.sections import SectionReader, damaged
from searchengine.backends.embedded.index.phrases.anchors import Anchors, Holders
from searchengine.backends.embedded.index.phrases.places import Wanted, places_of
from searchengine.backends.embedded.index.phrases.symbols import (
    RARE,
    Ranks,
    Symbols,
    decode,
)
from searchengine.deadline import check_time

#: Documents in which a phrase is looked for at a time.
BLOCK_DOCUMENTS = 1_024
#: Where a phrase may stand in one document of so many or more, those between are read as well:
#: their symbols need not be gathered.
SPARSE = 3
#: So many symbols are unpacked as a whole; of more, only what stands around the rarest syllable.
FEW_SYMBOLS = 4_000

SECTION = "order"
_ZERO = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True)
class OrderSpec:
    """Which streams phrases are looked for in: of whole texts, and of the titles they begin with.

    ``syllables`` as they are, the same ``folded``, and ``pairs`` of folded ones. The first two
    have vocabularies of the same names, which those of titles share.
    """

    syllables: str
    folded: str
    pairs: str
    title_syllables: str
    title_folded: str
    title_pairs: str

    def of_syllables(self) -> tuple[str, str, str, str]:
        """Return the streams that phrases are terms of."""
        return self.syllables, self.folded, self.title_syllables, self.title_folded


class Texts(NamedTuple):
    """Texts one after the other: ``ranks`` of their syllables and ``counts`` of each text's."""

    ranks: Ranks
    counts: NDArray[np.int64]


class Standing(NamedTuple):
    """Where some syllables stand, in text order: in which of the documents asked for (``owners``),
    at which place of it from 0 on (``places``), and which of the syllables asked for it is
    (``which``); int64[n] each."""

    owners: NDArray[np.int64]
    places: NDArray[np.int64]
    which: NDArray[np.int64]


class _Stretches(NamedTuple):
    """Pieces of texts one after the other: ``values`` of their syllables, where each piece
    ``ends``, and which of the documents asked for each is of."""

    values: NDArray[np.uint32]
    ends: NDArray[np.int64]
    owners: NDArray[np.int64]


class TextOrder:
    """The text order of a segment; safe for any number of reading threads."""

    def __init__(
        self, sections: SectionReader, size: int, budget: CacheBudget | None = None
    ) -> None:
        """Open that of a segment of ``size`` documents; what is kept counts in ``budget``."""
        self._name = sections.name
        self._budget = budget or CacheBudget()
        self._symbols = sections.array(f"{SECTION}/symbols")
        self._ends = sections.array(f"{SECTION}/ends")
        self._rare = sections.array(f"{SECTION}/rare")
        self._rare_ends = sections.array(f"{SECTION}/rare_ends")
        #: Folded rank of each syllable, by its rank: uint32[vocabulary].
        self.folded: NDArray[np.uint32] = sections.array(f"{SECTION}/folded")
        self._table = Symbols(
            sections.array(f"{SECTION}/sizes"), sections.array(f"{SECTION}/syllables")
        )
        if not len(self._ends) == len(self._rare_ends) == size:
            raise damaged(self._name, "its text order is not that of its documents")
        if self._table.sizes.sum(dtype=np.int64) != len(self._table.syllables):
            raise damaged(self._name, "its table of symbols has other sizes than its syllables")

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return self._budget.pin("phrases", self._table.starts())

    @cached_property
    def _folded_values(self) -> NDArray[np.uint32]:
        """As the syllables of the symbols, but folded."""
        found: NDArray[np.uint32] = self.folded[self._table.syllables]
        return self._budget.pin("phrases", found)

    @cached_property
    def _exact_holders(self) -> Holders:
        return Holders(self._table, self._table.syllables, self._budget)

    @cached_property
    def _folded_holders(self) -> Holders:
        return Holders(self._table, self._folded_values, self._budget)

    def texts(
        self, docs: NDArray[np.integer[Any]], limits: NDArray[np.integer[Any]] | None = None
    ) -> Texts:
        """Return the syllables of ``docs``, of each at least ``limits`` if they are given."""
        symbols, ends = self._gathered(self._symbols, self._ends, docs, limits)
        counts = None if limits is None else _counts_of_rare(symbols, ends)
        rare = self._rare_of(docs, folded=False, limits=counts)
        ranks, places = decode(
            symbols, self._table.sizes, self._starts, self._table.syllables, rare
        )
        bounds = np.concatenate((np.zeros(1, np.int64), places))[ends]
        return Texts(ranks, np.diff(bounds, prepend=0))

    def occurrences(
        self,
        docs: NDArray[np.integer[Any]],
        wanted: Wanted,
        *,
        folded: bool,
        limits: NDArray[np.integer[Any]] | None = None,
    ) -> NDArray[np.int64]:
        """Return at how many places of each of ``docs`` (ascending) a phrase begins: int64[n].

        Its ranks are folded ones if ``folded``. ``limits``: how many syllables of each document,
        from its first on, are looked at (its title); all if None.
        """
        holders = self._folded_holders if folded else self._exact_holders
        anchors = Anchors(holders, wanted, folded=folded)
        found = [np.zeros(0, np.int64)]
        for at in range(0, len(docs), BLOCK_DOCUMENTS):
            check_time()
            block = docs[at : at + BLOCK_DOCUMENTS]
            if limits is not None:
                most = limits[at : at + BLOCK_DOCUMENTS]
                found.append(self._counts(block, wanted, anchors, folded, most))
                continue
            first, last = int(block[0]), int(block[-1])
            if len(block) * SPARSE <= last - first:
                found.append(self._counts(block, wanted, anchors, folded, None))
            else:
                every = np.arange(first, last + 1)
                found.append(self._counts(every, wanted, anchors, folded, None)[block - first])
        return np.concatenate(found)

    def standing(
        self, docs: NDArray[np.integer[Any]], wanted: Sequence[int], *, folded: bool
    ) -> Standing:
        """Return where any of a few ``wanted`` syllables stand in ``docs`` (ascending).

        They are ranks, folded ones if ``folded``, each once.
        """
        if not wanted:
            return Standing(_ZERO[:0], _ZERO[:0], _ZERO[:0])
        values = self._folded_values if folded else self._table.syllables
        holders = self._folded_holders if folded else self._exact_holders
        asked = np.array(wanted, np.uint32)
        by_rank = asked.argsort()
        ordered = asked.take(by_rank)
        holds = np.zeros(1 << 16, np.bool_)
        for one in holders.of(wanted):
            holds[one] = True
        holds[RARE] = True
        symbols, ends = self._gathered(self._symbols, self._ends, docs)
        hits = np.flatnonzero(holds.take(symbols))
        few = symbols.take(hits)
        rare = self._rare_at(docs, symbols, ends, hits[few == RARE])
        found, counts = decode(
            few, self._table.sizes, self._starts, values, self.folded[rare] if folded else rare
        )
        sizes = self._table.sizes.take(symbols)
        before = np.cumsum(sizes, dtype=np.int64)
        starts = (before - sizes).take(hits)
        places = np.arange(len(found))
        places += np.repeat(starts - np.concatenate((_ZERO, counts[:-1]))[: len(hits)], sizes[hits])
        at = np.minimum(ordered.searchsorted(found), len(ordered) - 1)
        kept = np.flatnonzero(ordered.take(at) == found)
        places = places.take(kept)
        bounds = np.concatenate((_ZERO, before))[ends]
        owners = np.searchsorted(bounds, places, side="right")
        places -= np.concatenate((_ZERO, bounds))[owners]
        return Standing(owners, places, by_rank.take(at.take(kept)))

    def _counts(
        self,
        docs: NDArray[np.integer[Any]],
        wanted: Wanted,
        anchors: Anchors,
        folded: bool,
        limits: NDArray[np.integer[Any]] | None,
    ) -> NDArray[np.int64]:
        stretches = self._stretches(docs, anchors, folded, limits)
        places = places_of(stretches.values, stretches.ends, wanted)
        owners = stretches.owners[np.searchsorted(stretches.ends, places, side="right")]
        return np.bincount(owners, minlength=len(docs))

    def _stretches(
        self,
        docs: NDArray[np.integer[Any]],
        anchors: Anchors,
        folded: bool,
        limits: NDArray[np.integer[Any]] | None,
    ) -> _Stretches:
        """What of ``docs`` must be looked at for a phrase."""
        values = self._folded_values if folded else self._table.syllables
        symbols, ends = self._gathered(self._symbols, self._ends, docs, limits)
        rare = self._rare[:0]
        if limits is not None or len(symbols) <= FEW_SYMBOLS:
            if anchors.with_rare:
                counts = None if limits is None else _counts_of_rare(symbols, ends)
                rare = self._rare_of(docs, folded, counts)
            found, places = decode(symbols, self._table.sizes, self._starts, values, rare)
            bounds = np.concatenate((_ZERO, places))[ends]
            if limits is not None:
                return _cut(found, bounds, limits)
            return _Stretches(found, bounds, np.arange(len(docs)))
        hits, reach = anchors.places(symbols), anchors.reach
        owners = np.searchsorted(ends, hits, side="right")
        firsts = np.maximum(hits - reach, np.concatenate((_ZERO, ends))[owners])
        lasts = np.minimum(hits + reach + 1, ends[owners])
        # Pieces that touch are one.
        begins = np.ones(len(hits), np.bool_)
        begins[1:] = (firsts[1:] > lasts[:-1]) | (owners[1:] != owners[:-1])
        firsts, owners = firsts[begins], owners[begins]
        lasts = lasts[np.append(begins[1:], True)[: len(lasts)]]
        lengths = lasts - firsts
        piece_ends = np.cumsum(lengths)
        chosen = np.repeat(firsts - (piece_ends - lengths), lengths)
        chosen += np.arange(len(chosen))
        few = symbols.take(chosen)
        if anchors.with_rare:
            rare = self._rare_at(docs, symbols, ends, chosen[few == RARE])
            rare = self.folded[rare] if folded else rare
        found, places = decode(few, self._table.sizes, self._starts, values, rare)
        bounds = np.concatenate((_ZERO, places))[piece_ends]
        return _Stretches(found, bounds, owners)

    def _rare_at(
        self,
        docs: NDArray[np.integer[Any]],
        symbols: NDArray[np.uint16],
        ends: NDArray[np.int64],
        places: NDArray[np.int64],
    ) -> NDArray[np.uint32]:
        """The rare syllables at some ``places`` of the ``symbols`` of ``docs``."""
        if not len(places):
            return self._rare[:0]
        every = np.flatnonzero(symbols == RARE)
        owners = np.searchsorted(ends, places, side="right")
        firsts = np.concatenate((np.zeros(1, np.int64), ends))[owners]
        within = np.searchsorted(every, places) - np.searchsorted(every, firsts)
        found: NDArray[np.uint32] = self._rare[_starts_of(self._rare_ends, docs[owners]) + within]
        return found

    def _rare_of(
        self,
        docs: NDArray[np.integer[Any]],
        folded: bool,
        limits: NDArray[np.integer[Any]] | None = None,
    ) -> NDArray[np.uint32]:
        rare, _ = self._gathered(self._rare, self._rare_ends, docs, limits)
        return self.folded[rare] if folded else rare

    def _gathered(
        self,
        items: NDArray[Any],
        ends: NDArray[Any],
        docs: NDArray[np.integer[Any]],
        limits: NDArray[np.integer[Any]] | None = None,
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """The items of ``docs``, at most so many of each, and where those of each end."""
        stops = ends[docs].astype(np.int64)
        starts = _starts_of(ends, docs)
        if limits is not None:
            stops = np.minimum(stops, starts + limits)
        counts = stops - starts
        if len(docs) and (int(stops.max()) > len(items) or int(counts.min()) < 0):
            raise damaged(self._name, "its text order has impossible ends")
        if limits is None and len(docs) and int(docs[-1]) - int(docs[0]) + 1 == len(docs):
            return items[int(starts[0]) : int(stops[-1])], np.cumsum(counts)
        # Joining bytes takes half as long as joining arrays.
        data = items.data
        pieces = [data[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
        return np.frombuffer(b"".join(pieces), items.dtype), np.cumsum(counts)


def _starts_of(ends: NDArray[Any], docs: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Where the items of ``docs`` begin, by where those of every document end."""
    starts: NDArray[np.int64] = ends[docs - 1].astype(np.int64)
    starts[docs == 0] = 0
    return starts


def _counts_of_rare(symbols: NDArray[np.uint16], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many rare syllables each text has: int64[texts]."""
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(symbols == RARE)))
    return np.diff(before[ends], prepend=0)


def _cut(
    values: NDArray[np.uint32], ends: NDArray[np.int64], limits: NDArray[np.integer[Any]]
) -> _Stretches:
    """The first ``limits`` values of each text."""
    counts = np.diff(ends, prepend=0)
    within = np.arange(len(values)) - np.repeat(ends - counts, counts)
    kept = within < np.repeat(limits, counts)
    return _Stretches(values[kept], np.cumsum(np.minimum(counts, limits)), np.arange(len(ends)))
