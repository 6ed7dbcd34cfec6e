"""Filters: what a caller narrows a query by beside its text, as nodes of the query tree.

Dates may be days or what a person types (`2022-07`, `hôm qua`). Nothing here looks at an index;
a filter only says which documents match and never how they rank.
"""

from __future__ import annotations

import datetime
from typing import Literal

from searchengine.options import DateLike, SearchOptions
from searchengine.query.language.tree import DateRange, HasFacet

#: The metadata that options filter by, as an option and as a facet.
FILTERED = (
    ("place", "place"),
    ("source", "source"),
    ("author", "author"),
    ("term", "term_of_office"),
)


def filter_nodes(options: SearchOptions, today: datetime.date) -> list[DateRange | HasFacet]:
    """Return one node a filter; raises :class:`InputError` for what is not a date."""
    first = _day(options.since, "first", today)
    last = _day(options.until, "last", today)
    found: list[DateRange | HasFacet] = []
    if first is not None or last is not None:
        found.append(DateRange(first, last))
    for option, facet in FILTERED:
        if value := getattr(options, option):
            found.append(HasFacet(facet, value))
    return found


def _day(
    date: DateLike, end: Literal["first", "last"], today: datetime.date
) -> datetime.date | None:
    if not date:
        return None
    if isinstance(date, datetime.date):
        return date
    # Slow to import, seldom needed.
    from searchengine.query.dates.query_dates import period_of
    from searchengine.text.dates.grammar import parse_date_argument

    period = period_of(date)
    if period is None:
        exact = parse_date_argument(date)  # Raises, saying what may be written.
        days = exact.first, exact.last
    else:
        days = period if isinstance(period, tuple) else period.days(today)
    return days[0] if end == "first" else days[1]
