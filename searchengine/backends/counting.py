"""How counts are shown: the periods that dates lie in, the order of facet values, the histogram.

Counting the documents is each engine's business; what becomes of the counts is said here, once.
"""

from __future__ import annotations

from collections.abc import Mapping

from searchengine.backends.counts import MAX_BARS, Histogram
from searchengine.backends.document_fields import date_of_day
from searchengine.backends.fields import PERIODS, FieldTable
from searchengine.backends.values import Order, Step
from searchengine.text.collate import collation_key


def period(days: tuple[int, int], by: Step) -> int | None:
    """Return the year, or the month counted from year 0, in which all of some days lie.

    ``days`` are the first and the last; None if they lie in several.
    """
    first, last = map(date_of_day, days)
    if by == "year":
        return first.year if first.year == last.year else None
    unit = 12 * first.year + first.month - 1
    return unit if unit == 12 * last.year + last.month - 1 else None


def period_label(unit: int, by: Step) -> str:
    """Return how a period that :func:`period` gave is written: ``"2021"``, ``"2021-11"``."""
    return f"{unit:04}" if by == "year" else f"{unit // 12:04}-{unit % 12 + 1:02}"


def shown_facet(
    fields: FieldTable, name: str, counts: Mapping[str, int], limit: int, order: Order
) -> dict[str, int]:
    """Return the first ``limit`` values of a facet with their counts, in the order asked for.

    Periods come newest first, numbers by size, other values the Vietnamese way.
    """
    if name in PERIODS:
        values = sorted(counts, reverse=True)
    else:
        is_number = fields.get(name).kind == "number"
        values = sorted(counts, key=float if is_number else collation_key)
        if order == "count":
            values.sort(key=lambda value: -counts[value])
    return {value: counts[value] for value in values[:limit]}


def histogram_of(by: Step, counts: Mapping[int, int], several: int, undated: int) -> Histogram:
    """Return the histogram of the documents of each period.

    ``several`` are dated by more than one period, ``undated`` not at all.
    """
    if not counts:
        return Histogram(by, (), 0, several, undated)
    first = max(min(counts), max(counts) - MAX_BARS + 1)
    bars = tuple(
        (period_label(unit, by), counts.get(unit, 0)) for unit in range(first, max(counts) + 1)
    )
    earlier = sum(count for unit, count in counts.items() if unit < first)
    return Histogram(by, bars, earlier, several, undated)
