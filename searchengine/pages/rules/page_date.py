"""The date of a page that came without one: a stamp, the lead, or none.

A wrong date is worse than no date, so each rule gives way to doubt. The rules themselves are in
``dateline``, ``lead`` and ``year_inference``; this file holds only their order.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from searchengine.document import DateOrigin, DatePrecision
from searchengine.pages.rules.dateline import Stamp
from searchengine.pages.rules.lead import FIRST_YEAR, day_of, lead_date
from searchengine.pages.rules.year_inference import Years


@dataclass(frozen=True, slots=True)
class PageDate:
    """A page's date, how exact it is, and the rule that gave it."""

    date: datetime.date | None
    precision: DatePrecision
    origin: DateOrigin


NO_DATE = PageDate(None, "none", "none")


def page_date(heading: str, body: str, stamps: Sequence[Stamp]) -> PageDate:
    """Return the date that a page's own text gives it; all texts are normalised."""
    stamped = _best(stamps)
    if stamped is not None:
        return PageDate(stamped.date, "day", "stamp")
    found = lead_date(body)
    if found is None:
        return NO_DATE
    years = Years(body)
    day = found.mention.date()
    if day is not None:
        return NO_DATE if years.contradict(day) else PageDate(day, "day", "lead")
    settled = years.settle(found, heading)
    if settled is None:
        return NO_DATE
    year, origin = settled
    day = day_of(found.mention, year)
    return NO_DATE if day is None else PageDate(day, "day", origin)


def _best(stamps: Sequence[Stamp]) -> Stamp | None:
    """The stamp to believe: posted before updated before unlabelled, nearest the headline first.

    An unlabelled one above the headline is last: sites print today's date there.
    """
    believable = [stamp for stamp in stamps if stamp.date.year >= FIRST_YEAR]
    kinds = {"posted": 0, "updated": 1, "plain": 2}
    positions = {"below": 0, "tail": 1, "above": 2}
    ranked = sorted(believable, key=lambda s: (kinds[s.kind], positions[s.position]))
    return ranked[0] if ranked else None
