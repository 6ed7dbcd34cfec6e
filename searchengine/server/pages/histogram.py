"""The histogram over time: counts by year or month -> bars to draw, each with the days it covers.

Pure arithmetic on labels and numbers. Bars stand side by side without gaps in time: a year
without a document is an empty place. Which addresses the bars lead to is :mod:`view`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: The drawing's size in its own units; the page stretches it to its own width.
WIDTH = 480.0
HEIGHT = 72.0
#: A bar that counts anything is at least this high, so that it can be seen and hit.
LEAST_HEIGHT = 3.0
#: So many bars at most can be told apart (and tapped) in the width of a phone; years beyond it
#: are put together by fives, tens …
MAX_BARS = 48
#: Steps are short enough when at least one place in so many has a bar.
LEAST_FILLED = 3
#: A bar fills this share of its place, and is no wider than this where places are wide.
SHARE = 0.84
MOST_WIDTH = 36.0

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``count`` documents from ``since`` to ``until`` (2022, or 07/2022 for months).

    ``x`` and ``width`` are its whole place, ``left`` to ``top`` the part that is painted.
    """

    label: str
    since: str
    until: str
    count: int
    x: float
    width: float
    left: float
    top: float
    painted_width: float
    painted_height: float


def bars_by_year(counts: Iterable[tuple[str, int]]) -> list[Bar]:
    """Return the bars for counts by year; none if there are fewer than two years to compare."""
    years = {int(label): count for label, count in counts if _YEAR.fullmatch(label)}
    if not years:
        return []
    first, last = min(years), max(years)
    step = next(step for step in _STEPS if (last - first) // step < MAX_BARS)
    starts = range(first - first % step, last + 1, step)
    buckets = []
    for start in starts:
        end = start + step - 1
        label = str(start) if step == 1 else f"{start}–{end}"
        count = sum(years.get(year, 0) for year in range(start, end + 1))
        buckets.append((label, f"{start:04}", f"{end:04}", count))
    return _drawn(buckets)


def bars_by_month(counts: Iterable[tuple[str, int]]) -> list[Bar]:
    """Return the bars for counts by month (``2022-07``); none if there are too many to draw."""
    months = {}
    for label, count in counts:
        if found := _MONTH.fullmatch(label):
            months[int(found[1]) * 12 + int(found[2]) - 1] = count
    if not months or max(months) - min(months) >= MAX_BARS:
        return []
    buckets = []
    for month in range(min(months), max(months) + 1):
        label = f"{month % 12 + 1:02}/{month // 12:04}"
        buckets.append((label, label, label, months.get(month, 0)))
    return _drawn(buckets)


def is_sparse(bars: Sequence[Bar]) -> bool:
    """Whether so many places are empty (or there is none at all) that longer steps say more."""
    return sum(bar.count > 0 for bar in bars) * LEAST_FILLED < len(bars) or not bars


def _drawn(buckets: list[tuple[str, str, str, int]]) -> list[Bar]:
    most = max(count for *_, count in buckets)
    if len(buckets) < 2 or not most:
        return []
    place = WIDTH / len(buckets)
    painted = min(SHARE * place, MOST_WIDTH)
    bars = []
    for at, (label, since, until, count) in enumerate(buckets):
        height = max(LEAST_HEIGHT, HEIGHT * count / most) if count else 0.0
        bars.append(
            Bar(
                label,
                since,
                until,
                count,
                x=round(at * place, 2),
                width=round(place, 2),
                left=round((at + 0.5) * place - painted / 2, 2),
                top=round(HEIGHT - height, 2),
                painted_width=round(painted, 2),
                painted_height=round(height, 2),
            )
        )
    return bars
