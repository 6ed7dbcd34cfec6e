"""Facets: how many of the matching documents have each year, place, author, term of office ….

Counting is done on arrays of documents grouped by their values; names are looked up only for the
values that are shown. A document dated by its year alone counts in its year and in no month.
Which documents match is decided elsewhere (``match``), and so is how a name sorts
(``text.collate``).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchengine.backends.counts import MAX_BARS, Histogram
from searchengine.backends.embedded.cache_budget import Cache
from searchengine.backends.embedded.index.arrays.streams import State, shared_end
from searchengine.backends.embedded.index.doc_groups import NO_GROUPS, Groups, Matched
from searchengine.backends.embedded.index.schema import NO_DAY
from searchengine.backends.embedded.index.snapshot import Facet, Snapshot
from searchengine.backends.values import Order, Step
from searchengine.deadline import check_time

Mask = NDArray[np.bool_]

#: So many names are put in order by themselves, without the order of all; and the keys of so many
#: are remembered, 400 bytes each.
FEW_NAMES, KEPT_KEYS = 64, 4096


class _Dated(NamedTuple):
    """The documents of each month or whole year, of one state of the index.

    Codes are 13 times the year, and the month more, 1 to 12, unless the year is all that is known.
    """

    state: State
    groups: Groups
    years: _Steps
    months: _Steps


class _Steps(NamedTuple):
    """``units``: int64[n], ascending, years or months; ``places``: intp[groups], of each among
    them, n where it is in none."""

    units: NDArray[np.int64]
    places: NDArray[np.intp]


class FacetCounter:
    """Counts facets in one snapshot; safe for any number of threads."""

    def __init__(self, snapshot: Snapshot, before: FacetCounter | None = None) -> None:
        """Count in ``snapshot``; what the counter of an earlier commit, ``before``, knows goes on.

        Only what came after that commit is read anew.
        """
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._dated: Cache[tuple[()], _Dated] = (
            Cache(snapshot.budget, "facets") if before is None else before._dated
        )

    def counts(
        self,
        matched: Mask,
        names: Sequence[str],
        *,
        limit: int,
        order: Order,
    ) -> dict[str, dict[str, int]]:
        """Return the counts of each facet among the documents of ``matched`` (bool[size]).

        Years and months come newest first in either order; the others commonest first and then
        by name, or by name only. ``limit`` values of each at most.
        """
        found = {}
        chosen = Matched(matched)
        dated = self._periods()
        held = dated.groups.counts(chosen)
        for name in names:
            check_time()
            if name in ("year", "month"):
                step: Step = "year" if name == "year" else "month"
                units, counts = _counted(dated, step, held)
                newest = slice(-1, -limit - 1, -1)
                pairs = zip(units[newest].tolist(), counts[newest].tolist(), strict=True)
                found[name] = {_label(step, unit): count for unit, count in pairs}
            else:
                found[name] = self._named(name, chosen, limit, order)
        return found

    def histogram(self, matched: Mask, by: Step) -> Histogram:
        """Return how many documents of ``matched`` (bool[size]) each month or year has."""
        found = self._periods()
        chosen = Matched(matched)
        held = found.groups.counts(chosen)
        units, counts = _counted(found, by, held)
        known, dated = int(counts.sum()), int(held.sum())
        undated, year_only = chosen.count - dated, dated - known
        if not known:
            return Histogram(by, (), 0, year_only, undated)
        last = int(units[-1])
        first = max(int(units[0]), last - MAX_BARS + 1)
        late = units >= first
        tally = np.zeros(last - first + 1, np.int64)
        tally[units[late] - first] = counts[late]
        bars = tuple((_label(by, first + at), count) for at, count in enumerate(tally.tolist()))
        return Histogram(by, bars, int(counts[~late].sum()), year_only, undated)

    def _named(self, name: str, matched: Matched, limit: int, order: Order) -> dict[str, int]:
        facet = self._snapshot.facet(name)
        if not len(facet.groups.codes):
            return {}
        # Ties for the last place are for the names to decide, so all of them come.
        wanted = limit if order == "count" else len(facet.groups.codes)
        codes, counts = facet.groups.largest(matched, wanted)
        strings = facet.names.strings
        if order == "count" and len(codes) <= FEW_NAMES:
            # Most counts need the order of a few names, which all of them need 100 ms to have.
            key = float if self._is_number(name) else _collation_key
            pairs = [(strings[a], b) for a, b in zip(codes.tolist(), counts.tolist(), strict=True)]
            pairs.sort(key=lambda pair: (-pair[1], key(pair[0])))
            return dict(pairs[:limit])
        if len(codes) > 1:
            ranks = self._ranks(name, facet)[codes]
            best = np.lexsort((ranks, -counts) if order == "count" else (ranks,))[:limit]
            codes, counts = codes[best], counts[best]
        shown = zip(codes[:limit].tolist(), counts[:limit].tolist(), strict=True)
        return {strings[code]: count for code, count in shown}

    def ranks(self, name: str) -> NDArray[np.float64]:
        """Return the place of each document's value among all in order: float64[size].

        NaN where it has none; the first in order of several.
        """
        facet = self._snapshot.facet(name)
        groups = facet.groups
        found = np.full(self._snapshot.size, np.nan)
        sizes = np.diff(groups.ends, prepend=0)
        np.fmin.at(found, groups.docs, np.repeat(self._ranks(name, facet)[groups.codes], sizes))
        return found

    def _ranks(self, name: str, facet: Facet) -> NDArray[np.integer[Any]]:
        """The place of each name in its order, by its number: numbers by size, not by letters."""
        if not self._is_number(name):
            return facet.names.ranks()
        values = np.array([float(one) for one in facet.names.strings])
        return np.argsort(np.argsort(values))

    def _is_number(self, name: str) -> bool:
        return self._snapshot.fields.get(name).kind == "number"

    def _periods(self) -> _Dated:
        with self._lock:
            found, state = self._dated.get(()), self._snapshot.state
            if found is None or found.state != state:
                end = shared_end(found.state, state) if found else 0
                first, last = (days[end:] for days in self._snapshot.days())
                known = np.flatnonzero(first != NO_DAY)
                first, last = first[known], last[known]
                years, months = _units(first, "year"), _units(first, "month") % 12 + 1
                months[months != _units(last, "month") % 12 + 1] = 0
                same = years == _units(last, "year")
                codes = (13 * years + months)[same].astype(np.int32)
                before = found.groups if found else NO_GROUPS
                groups = before.extended(end, known[same] + end, codes)
                years, months = np.divmod(groups.codes.astype(np.int64), 13)
                steps = _steps(years, months >= 0), _steps(12 * years + months - 1, months > 0)
                found = _Dated(state, groups, *steps)
                self._dated.put((), found)
            return found


def _steps(units: NDArray[np.int64], known: Mask) -> _Steps:
    distinct = np.array(sorted(set(units[known].tolist())), np.int64)
    return _Steps(distinct, np.where(known, np.searchsorted(distinct, units), len(distinct)))


def _counted(
    dated: _Dated, by: Step, held: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The years or months that hold documents, ascending, and how many: int64[n] twice.

    ``held``: int32[groups], how many each group has.
    """
    units, places = dated.years if by == "year" else dated.months
    tally = np.bincount(places, held, len(units) + 1)[: len(units)].astype(np.int64)
    some = np.flatnonzero(tally)
    return units[some], tally[some]


def _units(days: NDArray[np.int32], by: Step) -> NDArray[np.int64]:
    dates = np.where(days == NO_DAY, 0, days).astype("datetime64[D]")
    if by == "year":
        return dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12


@lru_cache(maxsize=KEPT_KEYS)
def _collation_key(name: str) -> tuple[str, str, str]:
    from searchengine.text.collate import collation_key  # Not every search counts names.

    return collation_key(name)


@lru_cache(maxsize=4096)
def _label(by: Step, unit: int) -> str:
    return f"{unit:04}" if by == "year" else f"{unit // 12:04}-{unit % 12 + 1:02}"
