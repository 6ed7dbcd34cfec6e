"""Facets: how many of the matching documents have each year, month, place, source, author, term.

Counting is done on arrays, one code a document; names are looked up only for the values that are
shown. A document dated by its year alone counts in its year and in no month. Which documents
match is decided elsewhere (``search``), and so is how a name sorts (``text.collate``).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.errors import InputError
from searchengine.index.schema import FACETS, NO_DAY
from searchengine.index.snapshot import Snapshot

Order = Literal["count", "name"]
Step = Literal["month", "year"]
Mask = NDArray[np.bool_]

#: Every facet, in the order in which they are answered.
FACET_NAMES = ("year", "month", *FACETS)
#: A facet lists this many values if nothing else is asked for, and at most so many.
FACET_VALUES = 20
MAX_FACET_VALUES = 10_000
#: A histogram has at most this many bars, a hundred years of months. One page dated a thousand
#: years too early must not make a list of empty months of it.
MAX_BARS = 1200

_NONE = -1


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by month or year, oldest first, without gaps; iterates over ``bars``.

    All matching documents are in one bar, or among ``earlier`` (older than the first bar, which
    happens only where more than :data:`MAX_BARS` would be needed), ``year_only`` (dated without
    a month, in a histogram by month) or ``undated``.
    """

    by: Step
    bars: tuple[tuple[str, int], ...]
    earlier: int
    year_only: int
    undated: int

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self.bars)

    def __len__(self) -> int:
        return len(self.bars)

    def __getitem__(self, at: int) -> tuple[str, int]:
        return self.bars[at]

    @property
    def total(self) -> int:
        """How many documents match."""
        bars = sum(count for _, count in self.bars)
        return bars + self.earlier + self.year_only + self.undated

    def to_json(self) -> dict[str, Any]:
        """Return the histogram as JSON values."""
        return {
            "by": self.by,
            "bars": [{"label": label, "count": count} for label, count in self.bars],
            "earlier": self.earlier,
            "year_only": self.year_only,
            "undated": self.undated,
        }


class _Periods(NamedTuple):
    """``codes``: int32[size], below ``bins``: 1 for the period ``first``, 0 for none."""

    codes: NDArray[np.int32]
    bins: int
    first: int


class FacetCounter:
    """Counts facets in one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._periods: dict[Step, NDArray[np.int32]] = {}
        self._coded: dict[Step, _Periods] = {}
        #: How many of all live documents have each code of a facet.
        self._whole: dict[str, NDArray[np.intp]] = {}
        self._ranks: dict[str, NDArray[np.int32]] = {}

    def counts(
        self,
        matched: Mask,
        names: Sequence[str] = FACET_NAMES,
        *,
        limit: int = FACET_VALUES,
        order: Order = "count",
    ) -> dict[str, dict[str, int]]:
        """Return the counts of each facet among the documents of ``matched`` (bool[size]).

        Years and months come newest first in either order; the others commonest first and then
        by name, or by name only. ``limit`` values of each at most.
        """
        # Most queries match few documents or nearly all; the smaller side is quicker to count.
        live = self._snapshot.live
        others = bool(np.count_nonzero(matched) * 2 > self._snapshot.live_count)
        docs = np.flatnonzero(live & ~matched if others else matched)
        found = {}
        for name in names:
            if name in ("year", "month"):
                step: Step = "year" if name == "year" else "month"
                periods = self._periods_from_one(step)
                tally = self._tally(name, periods.codes, periods.bins, docs, others)
                found[name] = _newest(tally, step, periods.first, limit)
            else:
                facet = self._snapshot.facet(name)
                tally = self._tally(name, facet.codes, len(facet.values), docs, others)
                found[name] = self._named(name, facet.values, tally, limit, order)
        return found

    def _tally(
        self, name: str, codes: NDArray[np.int32], count: int, docs: NDArray[np.intp], others: bool
    ) -> NDArray[np.intp]:
        """How many of ``docs``, or of all ``others``, have each code but 0: intp[count]."""
        if count < 2:
            return np.zeros(count, np.intp)
        tally = np.bincount(codes[docs], minlength=count)
        if others:
            with self._lock:
                whole = self._whole.get(name)
                if whole is None:
                    whole = np.bincount(codes[self._snapshot.live], minlength=count)
                    self._whole[name] = whole
            tally = whole - tally
        tally[0] = 0
        return tally

    def histogram(self, matched: Mask, by: Step) -> Histogram:
        """Return how many documents of ``matched`` (bool[size]) each month or year has."""
        docs = np.flatnonzero(matched)
        years, chosen = self._period("year")[docs], self._period(by)[docs]
        undated = int(np.count_nonzero(years == _NONE))
        known = chosen[chosen != _NONE]
        year_only = len(docs) - undated - len(known)
        if not len(known):
            return Histogram(by, (), 0, year_only, undated)
        last = int(known.max())
        first = max(int(known.min()), last - MAX_BARS + 1)
        late = known[known >= first]
        tally = np.bincount(late - first, minlength=last - first + 1).tolist()
        bars = tuple((_label(by, first + at), count) for at, count in enumerate(tally))
        return Histogram(by, bars, len(known) - len(late), year_only, undated)

    def _periods_from_one(self, by: Step) -> _Periods:
        """The period of each document as a code that counts from 1."""
        units = self._period(by)
        with self._lock:
            found = self._coded.get(by)
            if found is None:
                known = units[units != _NONE]
                first = int(known.min()) if len(known) else 0
                count = int(known.max()) - first + 2 if len(known) else 1
                codes = np.where(units == _NONE, 0, units - first + 1).astype(np.int32)
                found = self._coded[by] = _Periods(codes, count, first)
            return found

    def _named(
        self, name: str, values: Sequence[str], tally: NDArray[np.intp], limit: int, order: Order
    ) -> dict[str, int]:
        found = np.flatnonzero(tally)
        if order == "count" and len(found) > limit:
            # Ties for the last place are for the names to decide, so all of them stay.
            least = np.partition(tally[found], len(found) - limit)[len(found) - limit]
            found = found[tally[found] >= least]
        if len(found) > 1:
            keys = (self._rank(name)[found],)
            found = found[np.lexsort((*keys, -tally[found]) if order == "count" else keys)]
        return {values[code]: int(tally[code]) for code in found[:limit].tolist()}

    def _period(self, by: Step) -> NDArray[np.int32]:
        """The year, or the month counted from the year 0, of each document; int32[size].

        ``_NONE`` where the document is not dated so precisely.
        """
        with self._lock:
            found = self._periods.get(by)
            if found is None:
                first, last = self._snapshot.days()
                starts, ends = _units(first, by), _units(last, by)
                known = (first != NO_DAY) & (starts == ends)
                found = self._periods[by] = np.where(known, starts, _NONE).astype(np.int32)
            return found

    def _rank(self, name: str) -> NDArray[np.int32]:
        """The place of each value of a facet in the Vietnamese order: int32[values]."""
        with self._lock:
            found = self._ranks.get(name)
            if found is None:
                from searchengine.text.collate import collation_key

                keys = list(map(collation_key, self._snapshot.facet(name).values))
                found = np.empty(len(keys), np.int32)
                found[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
                self._ranks[name] = found
            return found


def check_facets(names: Sequence[str], limit: int, order: str) -> None:
    """Raise :class:`InputError` for a facet, limit or order that there is not."""
    for name in names:
        if name not in FACET_NAMES:
            raise InputError(f"there is no facet {name!r}: choose from {', '.join(FACET_NAMES)}")
    if not 1 <= limit <= MAX_FACET_VALUES:
        raise InputError(f"a facet's limit must be between 1 and {MAX_FACET_VALUES:,}")
    if order not in ("count", "name"):
        raise InputError("order facets by 'count' or by 'name'")


def _newest(tally: NDArray[np.intp], by: Step, first: int, limit: int) -> dict[str, int]:
    newest = np.flatnonzero(tally)[::-1][:limit]
    return {_label(by, first + at - 1): int(tally[at]) for at in newest.tolist()}


def _units(days: NDArray[np.int32], by: Step) -> NDArray[np.int64]:
    dates = np.where(days == NO_DAY, 0, days).astype("datetime64[D]")
    if by == "year":
        return dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _label(by: Step, unit: int) -> str:
    return f"{unit:04}" if by == "year" else f"{unit // 12:04}-{unit % 12 + 1:02}"
