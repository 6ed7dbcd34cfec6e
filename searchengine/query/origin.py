"""The date that a query asks about: `đại hội 2022`, `tháng 7/2022`, `nhiệm kỳ 2020-2025`."""

from __future__ import annotations

import calendar
import datetime
from typing import TYPE_CHECKING

from searchengine.text.normalize import normalize

if TYPE_CHECKING:
    from searchengine.text.dates import DateMention

_MONTHS_OF = {"year": 12, "quarter": 3, "month": 1}


def origin_of(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and last day of the first date in ``text`` that says its year."""
    if not any(map(str.isdigit, text)):
        return None
    # The grammar takes as long to import as a query to answer, and few queries hold a figure.
    from searchengine.text.dates import find_dates

    for mention in find_dates(normalize(text), bare_years=True):
        first = mention.date()
        if first is not None:
            return first, _last_day(mention, first)
    return None


def _last_day(mention: DateMention, first: datetime.date) -> datetime.date:
    if mention.last_year is not None:
        return datetime.date(mention.last_year, 12, 31)
    months = _MONTHS_OF.get(mention.precision)
    if months is None:
        return first
    month = first.month + months - 1
    return datetime.date(first.year, month, calendar.monthrange(first.year, month)[1])
